# SystemExit and its codes.
import sys
for code in (None, 0, 5, "text"):
    try:
        sys.exit(code)
    except SystemExit as e:
        print(repr(e), e.code)
try:
    exit_code = 7
    raise SystemExit(exit_code)
finally:
    print("cleanup")
