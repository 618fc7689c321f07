//! `-z follow`: what the two sides of a conversation said to each other, in the order in which they said it.

mod arrange;
mod chunks;
mod request;
#[cfg(test)]
mod tests;
mod write;

use crate::dissect::row::Address;
use crate::dissect::tap::{Layers, Told};
use arrange::Arranger;
use chunks::{Chunks, Origin};
use request::{Followed, Request, Selection};

use super::{Ending, Kind, Made, Needs, Refused, Seen, Statistic};

/// The kinds of conversations that can be followed.
pub(super) const KINDS: [Kind; 4] = [
    Kind { name: "follow,tcp", make: |request| make(request, Followed::Tcp) },
    Kind { name: "follow,udp", make: |request| make(request, Followed::Udp) },
    Kind { name: "follow,http", make: |request| make(request, Followed::Http) },
    Kind { name: "follow,tls", make: |request| make(request, Followed::Tls) },
];

fn make(request: &super::Request<'_>, followed: Followed) -> Result<Made, Refused> {
    let rest = request.argument.get(request.name.len()..).unwrap_or_default();
    Ok(Made::all(Follow { request: Request::parse(followed, rest)?, ..Follow::default() }))
}

/// An end of the conversation: its address and port.
type Node = (Address, u16);

/// Follows one conversation.
#[derive(Default)]
struct Follow {
    request: Request,
    /// The sender of the first packet, and its peer.
    nodes: Option<[Node; 2]>,
    arranger: Arranger,
    chunks: Chunks,
}

impl Follow {
    fn follows(&self, told: &Told) -> bool {
        let tap = &told.tap;
        match self.request.selection {
            Selection::Stream(stream) => tap.stream == stream,
            Selection::Ends([one, two]) => {
                let ends = ((tap.src, tap.src_port), (tap.dst, tap.dst_port));
                ends == (one, two) || ends == (two, one)
            }
        }
    }
    /// Which of the two nodes sent it.
    fn peer(&mut self, told: &Told) -> usize {
        let src = (told.tap.src, told.tap.src_port);
        let [first, _] = *self.nodes.get_or_insert([src, (told.tap.dst, told.tap.dst_port)]);
        usize::from(src != first)
    }
}

impl Statistic for Follow {
    fn needs(&self) -> Needs {
        Needs::taps(match self.request.followed {
            Followed::Tcp => Layers::SEGMENTS.and(Layers::SEGMENT_BYTES),
            Followed::Udp => Layers::DATAGRAMS,
            Followed::Http => Layers::HTTP_HEADS.and(Layers::HTTP_BODIES),
            // Only what has been decrypted can be followed.
            Followed::Tls => Layers::NONE,
        })
    }
    fn frame(&mut self, seen: &Seen<'_>) {
        let wanted = self.needs().taps;
        let origin = |peer| Origin { packet: seen.frame.number, time: seen.frame.time, peer };
        for told in seen.tapped.told() {
            if !wanted.any(told.tap.layer) || !self.follows(told) {
                continue;
            }
            let origin = origin(self.peer(told));
            let bytes = seen.tapped.bytes(told);
            match self.request.followed {
                Followed::Tcp => self.arranger.segment(origin, &told.segment, bytes, &mut self.chunks),
                _ => self.chunks.add(origin, bytes),
            }
        }
    }
    fn end(&mut self, _: &mut Ending<'_>, out: &mut Vec<u8>) {
        write::conversation(&self.request, self.nodes, &self.chunks, out);
    }
}
