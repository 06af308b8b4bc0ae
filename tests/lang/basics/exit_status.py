# sys.exit with a number ends the process with that status.
import sys
print("before")
sys.exit(3)
