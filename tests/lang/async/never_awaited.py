# A coroutine that nobody awaits is warned about.
import warnings
async def f(): pass
with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    f()
print([str(w.message) for w in log])
