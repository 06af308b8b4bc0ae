# del unbinds a name; using it afterwards is an error.
x = 1
del x
try:
    x
except NameError as e:
    print(e)
def f():
    y = 2
    del y
    try:
        y
    except UnboundLocalError as e:
        print(e)
f()
items = [0, 1, 2, 3]
del items[1], items[-1]
print(items)
