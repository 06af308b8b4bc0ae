# Identifiers may be any letters, and are normalised.
größe = 3
π = 3.14
ﬁn = "ligature"
print(größe, π, fin)
