# Lists in dicts in lists.
people = [{"name": "Ann", "langs": ["py", "c"]}, {"name": "Bob", "langs": []}]
for p in people:
    print(p["name"], len(p["langs"]), ", ".join(p["langs"]) or "-")
people[1]["langs"].append("rust")
print(people)
