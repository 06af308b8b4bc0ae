# input() reads a line, and EOFError says that there is none.
name = input()
number = int(input("number? "))
print("hello", name, number * 2)
try:
    input()
except EOFError as e:
    print("EOFError:", e)
