# Does what systemd does for a service with FileDescriptorStoreMax=1: runs it, keeps the descriptor that it stores, and
# becomes the second run of it, with that descriptor as number 3. Prints the message in between.
import json
import os
import socket
import subprocess
import sys

service = sys.argv[1:]
address = f"@ebpf-test-manager-{os.getpid()}"
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("\0" + address[1:])
subprocess.run(service, env={**os.environ, "NOTIFY_SOCKET": address}, check=True)

# The first run has ended: until here, only the message holds the descriptor.
notify.setblocking(False)
message, descriptors, _, _ = socket.recv_fds(notify, 4096, 1)
state = message.decode().splitlines()
print(json.dumps(state), flush=True)

names = [line.removeprefix("FDNAME=") for line in state if line.startswith("FDNAME=")]
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()), LISTEN_FDNAMES=":".join(names))
kept = os.dup(descriptors[0])
os.dup2(kept, 3)
os.execvp(service[0], service)
