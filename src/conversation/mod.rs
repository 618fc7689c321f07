//! What one frame means for the next: conversations and what protocols remember of them, streams and fragments put
//! together again.

pub mod echoes;
pub mod expected;
pub mod fragments;
pub mod recent;
pub mod slots;
pub mod table;
pub mod tcp;
pub mod udp;

use std::any::Any;

use echoes::Echoes;
use expected::Expected;
use fragments::Fragments;
use slots::Slots;
use table::{Conversation, Table};
use tcp::TcpState;
use tcp::stream::Streams;
use udp::UdpState;

use crate::dissect::application::http::Decoder;
use crate::dissect::network::IpHeader;
use crate::dissect::registry::Entry;
use crate::dissect::row::Address;

/// Everything that outlives a frame.
#[derive(Default)]
pub struct State {
    /// Conversations over TCP.
    pub tcp: Table<TcpState>,
    /// Messages over TCP that are not complete yet.
    pub streams: Streams,
    /// Conversations over UDP.
    pub udp: Table<UdpState>,
    /// What undoing content codings needs.
    pub http_decoder: Decoder,
    /// The conversation of the frame's innermost transport layer, if it has one.
    pub current: Option<Current>,
    /// Datagrams of which not all fragments have arrived.
    pub fragments: Fragments,
    /// Echo requests without reply so far.
    pub echoes: Echoes,
    /// Endpoints that others have announced.
    pub expected: Expected,
    /// The frame's innermost IP header so far.
    pub ip: IpHeader,
    /// Whether only the headers of a quoted packet are of interest.
    pub headers_only: bool,
    /// Where the innermost Ethernet frame so far begins.
    pub ethernet: usize,
    /// The frame's outermost VLAN, if it has one.
    pub vlan: Option<u16>,
    /// What protocols remember that belongs to no conversation: each its own type, in its own file, bounded.
    pub shared: Slots,
}

/// Which transport's table a conversation stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP and UDP-Lite.
    Udp,
}

/// The conversation that a frame belongs to, and the frame's direction in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Current {
    /// Which table it stands in.
    pub transport: Transport,
    /// Its place in the table: Wireshark's stream index.
    pub index: usize,
    /// Whether the sender is the side with the lower address and port.
    pub forward: bool,
    /// The sender's port.
    pub src_port: u16,
    /// The receiver's port.
    pub dst_port: u16,
}

impl Current {
    /// The frame's direction as an index: 0 from the lower endpoint to the higher, 1 the other way.
    pub fn way(&self) -> usize {
        usize::from(!self.forward)
    }
}

impl State {
    /// Another frame begins.
    pub fn next_frame(&mut self) {
        self.current = None;
        self.ip = IpHeader::default();
        (self.vlan, self.headers_only) = (None, false);
    }
    /// Finds or begins the UDP conversation between two endpoints, and makes it the current one.
    #[inline]
    pub fn enter_udp(&mut self, src: (&Address, u16), dst: (&Address, u16)) -> Current {
        let (index, forward) = self.udp.enter(src, dst);
        let current = Current { transport: Transport::Udp, index, forward, src_port: src.1, dst_port: dst.1 };
        self.current = Some(current);
        current
    }
    /// Finds or begins the TCP conversation between two endpoints, and makes it the current one.
    #[inline]
    pub fn enter_tcp(&mut self, src: (&Address, u16), dst: (&Address, u16)) -> Current {
        let (index, forward) = self.tcp.enter(src, dst);
        let current = Current { transport: Transport::Tcp, index, forward, src_port: src.1, dst_port: dst.1 };
        self.current = Some(current);
        current
    }
    /// Begins another TCP conversation between two endpoints that already had one, and makes it the current one.
    pub fn renew_tcp(&mut self, src: (&Address, u16), dst: (&Address, u16)) -> Current {
        self.tcp.renew(src, dst);
        self.enter_tcp(src, dst)
    }
    /// From the next frame on, the current conversation is `protocol`'s.
    pub fn bind(&mut self, protocol: Option<&'static Entry>) {
        let Some(current) = self.current else { return };
        match current.transport {
            Transport::Tcp => {
                if let Some(conversation) = self.tcp.get_mut(current.index) {
                    conversation.protocol = protocol;
                }
            }
            Transport::Udp => {
                if let Some(conversation) = self.udp.get_mut(current.index) {
                    conversation.protocol = protocol;
                }
            }
        }
    }
    /// What a protocol remembers of the current conversation, to be looked at.
    pub fn remembered<T: Any + Send>(&self) -> Option<&T> {
        let current = self.current?;
        let slots = match current.transport {
            Transport::Tcp => self.tcp.get(current.index)?.known(),
            Transport::Udp => self.udp.get(current.index)?.known(),
        };
        slots.get()
    }
    /// What protocols remember of the current conversation.
    pub fn slots(&mut self) -> Option<&mut Slots> {
        let current = self.current?;
        match current.transport {
            Transport::Tcp => self.tcp.get_mut(current.index).map(Conversation::slots),
            Transport::Udp => self.udp.get_mut(current.index).map(Conversation::slots),
        }
    }
}
