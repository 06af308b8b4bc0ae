# sys.exit with anything else prints it to standard error, status 1.
import sys
try:
    sys.exit("gone wrong")
finally:
    print("finally runs")
