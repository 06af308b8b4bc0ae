# The words of the command line.
import sys
print(sys.argv[1:], len(sys.argv))
