# Brackets and backslashes continue a line; semicolons split one.
total = (1 +
         2 +
         3)
text = "a" \
    "b" 'c'
values = [
    1,  # one
    2,
]
print(total, text, values); print("same line")
