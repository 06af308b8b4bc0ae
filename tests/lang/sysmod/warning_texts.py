# warnings go to standard error, once a place.
import warnings
def old():
    warnings.warn("old() is old", DeprecationWarning, stacklevel=2)
for i in range(2): warnings.warn("repeated")
old()
warnings.simplefilter("error")
try: warnings.warn("now an error")
except UserWarning as e: print("raised", e)
