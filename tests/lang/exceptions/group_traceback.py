# An uncaught group prints its members.
def fail(e):
    raise e
errors = []
for e in (ValueError("one"), KeyError("two")):
    try:
        fail(e)
    except Exception as caught:
        errors.append(caught)
raise ExceptionGroup("several", errors)
