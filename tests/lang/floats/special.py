# inf and nan.
inf, nan = float("inf"), float("nan")
print(inf > 1e308, inf == inf, inf - inf, inf * 0, nan == nan, nan != nan, nan < 1, nan in [nan])
print([nan] == [nan], min(nan, 1), min(1, nan), -0.0 == 0.0, str(-0.0))
print(inf // 1, 5 % inf, -5 % inf, 5 // inf, -5 // inf)
for x in (inf, nan):
    try:
        int(x)
    except (OverflowError, ValueError) as e:
        print(e)
