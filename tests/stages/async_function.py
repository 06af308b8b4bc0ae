async def fetch(source):
    async with source as connection:
        return [await part async for part in connection]
