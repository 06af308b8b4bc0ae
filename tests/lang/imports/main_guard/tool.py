def main(): print("not printed")
if __name__ == "__main__":
    main()
