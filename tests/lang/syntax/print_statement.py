# Python 2's print.
print "hello"
