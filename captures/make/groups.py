"""Joins multicast groups, with and without sources, and leaves them.

    groups.py igmp|mld
"""
import socket
import struct
import sys
import time

# Linux's numbers, which the socket module does not name.
IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE = 39, 38
MCAST_JOIN_SOURCE_GROUP, MCAST_LEAVE_SOURCE_GROUP = 46, 47


def igmp():
    here = socket.inet_aton("192.0.2.1")
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    group = socket.inet_aton("239.1.2.3")
    s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group + here)
    time.sleep(0.4)
    # Everybody but one.
    s.setsockopt(socket.IPPROTO_IP, IP_BLOCK_SOURCE, group + here + socket.inet_aton("198.51.100.66"))
    time.sleep(0.2)
    # Only two.
    for source in "198.51.100.1", "198.51.100.2":
        s.setsockopt(socket.IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP,
                     socket.inet_aton("232.1.2.3") + here + socket.inet_aton(source))
    time.sleep(0.4)
    s.setsockopt(socket.IPPROTO_IP, socket.IP_DROP_MEMBERSHIP, group + here)
    time.sleep(0.4)


def mld():
    index = socket.if_nametoindex("eth0")
    s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    membership = socket.inet_pton(socket.AF_INET6, "ff15::1234") + struct.pack("@I", index)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, membership)
    time.sleep(0.4)

    def storage(address):
        return struct.pack("@HHI16sI", socket.AF_INET6, 0, 0, socket.inet_pton(socket.AF_INET6, address), 0).ljust(128, b"\0")

    only = struct.pack("@I4x", index) + storage("ff35::5678") + storage("2001:db8::53")
    s.setsockopt(socket.IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, only)
    time.sleep(0.4)
    s.setsockopt(socket.IPPROTO_IPV6, MCAST_LEAVE_SOURCE_GROUP, only)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_LEAVE_GROUP, membership)
    time.sleep(0.4)


{"igmp": igmp, "mld": mld}[sys.argv[1]]()
