# input with a prompt writes it to standard output.
a = input("first: ")
b = input()
print(repr(a), repr(b), int(input("n=")) + 1)
