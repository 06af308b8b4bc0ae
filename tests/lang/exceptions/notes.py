# add_note adds lines to a traceback.
e = ValueError("main")
e.add_note("first note")
e.add_note("second\nwith two lines")
print(e.__notes__)
try:
    e.add_note(5)
except TypeError as t:
    print(t)
raise e
