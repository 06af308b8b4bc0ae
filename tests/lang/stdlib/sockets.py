# Sockets, and waiting for them.
import array, os, queue, select, selectors, socket, socketserver, threading
a, b = socket.socketpair()
a.sendall(b"hello")
print(b.recv(3), b.recv(10))
print(select.select([b], [a], [], 0)[0], len(select.select([b], [a], [], 0.1)[1]))
poll = select.poll()
poll.register(a)
print([events for _, events in poll.poll(0)])
with select.epoll() as e:
    e.register(a.fileno(), select.EPOLLOUT)
    print([events for _, events in e.poll(0)], e.closed)
print(e.closed)
a.send(b"one")
selector = selectors.DefaultSelector()
selector.register(b, selectors.EVENT_READ, "data")
print([(key.data, events) for key, events in selector.select(1)])
selector.close()
buffer = bytearray(8)
print(b.recv_into(buffer), buffer)
a.settimeout(0.01)
for call in (lambda: a.recv(1), lambda: a.settimeout(-1), lambda: a.bind(5)):
    try:
        call()
    except (OSError, ValueError, TypeError) as error:
        print(type(error).__name__, error)
socket.send_fds(a, [b"x"], [0])
print(socket.recv_fds(b, 10, 2)[0])
print(a.sendmsg([b"ab", b"cd"]), b.recvmsg(10)[0])
a.shutdown(socket.SHUT_WR)
print(b.recv(1), a.family.name, a.type.name, a.proto)
a.close()
b.close()
print(a.fileno(), a)

class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())
with socketserver.TCPServer(("127.0.0.1", 0), Upper) as server:
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    with socket.create_connection(server.server_address, timeout=5) as client, client.makefile("rw") as file:
        print(client.getpeername() == server.server_address)
        file.write("abc\ndef\n")
        file.flush()
        print(file.readline(), file.readline())
        client.shutdown(socket.SHUT_WR)
        print(repr(file.read()))
    thread.join()
one, other = (socket.socket(type=socket.SOCK_DGRAM) for _ in range(2))
one.bind(("127.0.0.1", 0))
other.sendto(b"datagram", one.getsockname())
print(one.recvfrom(100)[0])
one.close(), other.close()
path = f"/tmp/pyrsc-socket-{os.getpid()}"
with socket.socket(socket.AF_UNIX) as server:
    server.bind(path)
    server.listen()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(path)
        print(client.getpeername() == path, repr(client.getsockname()))
os.unlink(path)
with socket.socket() as s:
    print(s.connect_ex(("127.0.0.1", 1)))
    try:
        s.connect(("127.0.0.1", 70000))
    except OverflowError as error:
        print(error)
print(socket.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM), socket.gethostbyname("127.0.0.1"))
print(socket.inet_aton("1.2.3.4"), socket.inet_ntoa(b"\x7f\0\0\1"), socket.inet_pton(socket.AF_INET6, "::1"), socket.inet_ntop(socket.AF_INET6, bytes(15) + b"\1"))
print(socket.htons(1), socket.ntohl(256), socket.getservbyname("http", "tcp"), socket.getprotobyname("tcp"))
try:
    socket.inet_aton("x")
except OSError as error:
    print(error)
print(socket.gaierror.__mro__, socket.timeout)
