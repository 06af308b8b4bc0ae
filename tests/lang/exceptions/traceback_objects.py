# Traceback and frame objects.
def f(x):
    y = x * 2
    raise ValueError(y)
try:
    f(21)
except ValueError as e:
    tb = e.__traceback__
    frames = []
    while tb:
        frames.append((tb.tb_frame.f_code.co_name, tb.tb_lineno))
        last, tb = tb, tb.tb_next
    print(frames, last.tb_frame.f_locals, last.tb_frame.f_code.co_filename.rsplit("/")[-1], last.tb_frame.f_back.f_code.co_name)
    print(e.with_traceback(None) is e, e.__traceback__)
