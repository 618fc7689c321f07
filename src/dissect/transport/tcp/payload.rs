//! The segment's payload: handed on as it is, or as part of a message that spans several segments.

use super::fields::{MESSAGE_SIZE, SEGMENT_DATA};
use super::tree;
use crate::conversation::tcp::stream::{Message, Outcome, Side, Streams};
use crate::conversation::{Current, State, Transport};
use crate::dissect::application::tls::TlsByContent;
use crate::dissect::cursor::Cursor;
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Need, Protocol, Stop, Unfinished};
use crate::dissect::sink::Sink;
use crate::dissect::worker::Worker;

/// A segment's place in its conversation.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The conversation, and the segment's direction.
    pub current: Current,
    /// Sequence number of the payload's first byte, as it stands in the header.
    pub seq: u32,
    /// The sender closes behind the payload.
    pub fin: bool,
    /// The payload has been seen before, is a probe, or comes out of order: it may fill a gap in an unfinished message,
    /// but nothing is dissected because of it.
    pub stale: bool,
    /// The payload has been seen before: it is left alone altogether.
    pub repeated: bool,
}

/// How many bytes of a payload of `reported` must be there for a look at what it might be. Before TLS is asked for,
/// fewer are enough.
fn least_recognised(reported: usize) -> usize {
    match reported {
        0..4 => 1,
        10 | 11 => 5,
        4..20 => LEAST_FOR_TLS,
        _ => 8,
    }
}
/// Bytes of a payload of at least as many that must be there for TLS to be recognised.
const LEAST_FOR_TLS: usize = 4;
/// What the Info column says of a segment whose message goes on in others.
const SEGMENT: &str = "[TCP segment of a reassembled PDU]";
/// Of a segment that repeats the middle of a message that was complete.
const OVERLAP: &str = "[Reassembly error, protocol TCP: New fragment overlaps old data (retransmission?)]";
/// Of a message of which the same bytes came twice, and differed.
const ILLEGAL: &str = "[Illegal Segments]";

/// Runs `body` on what the conversation's direction keeps of unfinished messages.
fn with_side<S: Sink, T>(
    c: &mut Cursor<'_, S>,
    at: Arrival,
    body: impl FnOnce(&mut Side, &mut Streams) -> T,
) -> Option<T> {
    let State { tcp, streams, .. } = &mut c.worker.state;
    let side = tcp.get_mut(at.current.index)?.transport.sides.get_mut(at.current.way())?;
    Some(body(side, streams))
}

/// The frame at hand, where segments are to be told apart later.
fn origin<S: Sink>(c: &Cursor<'_, S>) -> Option<u32> {
    S::DETAIL.then_some(c.worker.frame.number as u32)
}

/// Hands the payload on. `own` writes TCP's own Info text: it is called where the segment shows as TCP although a
/// message was found in it; where nothing claims the row, writing is left to the caller.
///
/// # Errors
/// Those of the inner protocol.
pub fn dissect<S: Sink>(c: &mut Cursor<'_, S>, at: Arrival, own: &dyn Fn(&mut Line)) -> Result<(), Stop> {
    if c.reported() == 0 {
        return if at.fin { closed(c, at, at.seq).map(|_| ()) } else { Ok(()) };
    }
    if at.repeated {
        return Ok(());
    }
    let whole = c.remaining() == c.reported();
    let mut seq = at.seq;
    // Where TCP's own layer ends in the tree: what is only known later is put there.
    let mut mark = c.mark();
    // A segment may end one message, hold others, and begin one more.
    while whole && !with_side(c, at, |side, _| side.is_empty()).unwrap_or(true) {
        let (rest, frame) = (c.rest(), origin(c));
        match with_side(c, at, |side, all| side.offer(all, seq, rest, frame)).flatten() {
            None => break,
            Some(Outcome::Waiting(taken)) => return waiting(c, at, (seq, mark), taken, own),
            Some(Outcome::Repeated) => return Ok(()),
            Some(Outcome::Overlapping) => {
                own(c.claim());
                c.info().str(OVERLAP);
                c.overlapping();
                return Ok(());
            }
            Some(Outcome::Complete(message, taken)) => {
                let start = c.pos();
                mark = segment_data(c, mark, start, start + taken);
                c.worker.message_sizes.clear();
                let outcome = reassembled(c, at, message, own);
                mark = message_sizes(c, mark);
                outcome?;
                c.skip(taken)?;
                if c.remaining() == 0 {
                    return Ok(());
                }
                c.row().fence();
                seq = seq.wrapping_add(taken as u32);
            }
        }
    }
    if at.stale { Ok(()) } else { fresh(c, at, (seq, mark), own) }
}

/// The segment's first `taken` bytes, which start at `seq`, belong to a message that is still unfinished; TCP's own
/// layer ends at `mark`.
fn waiting<S: Sink>(
    c: &mut Cursor<'_, S>,
    at: Arrival,
    (seq, mark): (u32, usize),
    taken: usize,
    own: &dyn Fn(&mut Line),
) -> Result<(), Stop> {
    let end = seq.wrapping_add(taken as u32);
    if at.fin && taken == c.remaining() && closed(c, at, end)? {
        return Ok(());
    }
    as_segment(c, own);
    let start = c.pos();
    let mark = segment_data(c, mark, start, start + taken);
    c.skip(taken)?;
    if c.remaining() == 0 || at.stale {
        return Ok(());
    }
    c.row().fence();
    let outcome = fresh(c, at, (end, mark), own);
    c.protocol("TCP");
    outcome
}

/// Records in TCP's own layer, at `mark`, that bytes `from..to` belong to a message that spans several segments; says
/// where that layer ends then.
fn segment_data<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, from: usize, to: usize) -> usize {
    if !S::DETAIL {
        return mark;
    }
    let here = c.pos();
    c.seek(from);
    _ = c.insert_at(mark, |c| {
        tree::bytes(c, &SEGMENT_DATA, "TCP segment data", to);
        Ok(())
    });
    c.seek(here);
    mark + 1
}

/// The segment shows as part of a message that goes on elsewhere.
fn as_segment<S: Sink>(c: &mut Cursor<'_, S>, own: &dyn Fn(&mut Line)) {
    c.protocol("TCP");
    if !c.row().claimed() {
        own(c.claim());
    }
    let info = c.info();
    if !info.is_empty() {
        info.byte(b' ');
    }
    info.str(SEGMENT);
}

/// Dissects bytes with which a message may begin; they start at `seq`, and TCP's own layer ends at `mark`.
fn fresh<S: Sink>(
    c: &mut Cursor<'_, S>,
    at: Arrival,
    (seq, mark): (u32, usize),
    own: &dyn Fn(&mut Line),
) -> Result<(), Stop> {
    let whole = c.remaining() == c.reported();
    let (start, first) = (c.pos(), c.mark());
    c.row().fragmented |= !whole;
    c.worker.message_sizes.clear();
    let outcome = hand_on(c, at, whole);
    let mark = message_sizes(c, mark);
    if outcome != Err(Stop::More) {
        return outcome;
    }
    let Unfinished { from, need, wanted, shown } = c.worker.unfinished;
    let from = from.max(start);
    if from == start && !shown {
        // A message that has only begun says nothing yet.
        c.cut(first);
    }
    segment_data(c, mark, from, c.end());
    let (rest, frame) = (c.whole().get(from..).unwrap_or_default(), origin(c));
    let begins = seq.wrapping_add((from - start) as u32);
    if can_wait(need) {
        with_side(c, at, |side, all| side.keep(all, (begins, rest), (need, wanted), frame));
    }
    // What came before in the same segment already stands in the row.
    if from == start && seq == at.seq {
        as_segment(c, own);
    }
    Ok(())
}

/// Whether a message may be waited for: sequence numbers so far ahead would be behind.
fn can_wait(need: Need) -> bool {
    !matches!(need, Need::Bytes(len) if len > i32::MAX as usize)
}

/// Records in TCP's own layer, at `mark`, the lengths of the messages that the segment holds whole; says where that
/// layer ends then.
fn message_sizes<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> usize {
    let sizes = std::mem::take(&mut c.worker.message_sizes);
    let count = sizes.len();
    _ = c.insert_at(mark, |c| {
        sizes.iter().for_each(|&size| c.generated(&MESSAGE_SIZE, size.into()));
        Ok(())
    });
    c.worker.message_sizes = sizes;
    if S::DETAIL { mark + count } else { mark }
}

/// Dissects a message that is complete, as far as its dissector knew.
fn reassembled<S: Sink>(
    c: &mut Cursor<'_, S>,
    at: Arrival,
    mut message: Message,
    own: &dyn Fn(&mut Line),
) -> Result<(), Stop> {
    let mark = c.mark();
    let (outcome, listed) = match at.stale {
        true => (Ok(()), mark),
        false => hand_on_message(c, at, &message, true),
    };
    if message.conflict {
        c.claim().str(ILLEGAL);
    }
    if outcome == Err(Stop::More) {
        let Unfinished { from, need, wanted, shown } = c.worker.unfinished;
        message.bytes.drain(..from.min(message.bytes.len()));
        message.start = message.start.wrapping_add(from as u32);
        message.len = message.len.saturating_sub(from);
        message.wanted = wanted;
        if can_wait(need) {
            with_side(c, at, |side, all| side.resume(all, message, need));
        }
        if from == 0 {
            // It was not the whole message yet.
            c.cut_between(mark, if shown { listed } else { c.mark() });
            as_segment(c, own);
        }
        return Ok(());
    }
    c.worker.state.streams.give_back(message.bytes);
    outcome
}

/// The sender closed at `seq`: a message that waited for this is complete. Says whether there was one.
fn closed<S: Sink>(c: &mut Cursor<'_, S>, at: Arrival, seq: u32) -> Result<bool, Stop> {
    let Some(message) = with_side(c, at, |side, all| side.close(all, seq)).flatten() else { return Ok(false) };
    let (outcome, _) = hand_on_message(c, at, &message, false);
    c.worker.state.streams.give_back(message.bytes);
    outcome.map(|()| true)
}

/// Hands the window to the protocol of the conversation, of the server's port, of the lower port, of the higher one,
/// or to one that recognises it.
fn hand_on<S: Sink>(c: &mut Cursor<'_, S>, at: Arrival, can_desegment: bool) -> Result<(), Stop> {
    let can_desegment = can_desegment && c.worker.preferences.tcp_desegment;
    let before = (c.worker.can_desegment, c.worker.closes);
    (c.worker.can_desegment, c.worker.closes) = (can_desegment, at.fin);
    let outcome = choose(c, at.current);
    (c.worker.can_desegment, c.worker.closes) = before;
    outcome
}

/// Hands a message on that was put together; says where the list of its segments ends.
fn hand_on_message<S: Sink>(
    c: &mut Cursor<'_, S>,
    at: Arrival,
    message: &Message,
    can_desegment: bool,
) -> (Result<(), Stop>, usize) {
    c.worker.abridged = message.bytes.len() < message.len;
    let outcome = {
        let mut c = c.over_part("Reassembled TCP", &message.bytes, message.len);
        tree::reassembled(&mut c, &message.parts);
        let listed = c.mark();
        (hand_on(&mut c, at, can_desegment), listed)
    };
    c.worker.abridged = false;
    outcome
}

fn choose<S: Sink>(c: &mut Cursor<'_, S>, current: Current) -> Result<(), Stop> {
    let conversation = c.worker.state.tcp.get_mut(current.index);
    let (known, server) = conversation.map_or((None, 0), |known| (known.protocol, known.transport.server_port));
    if let Some(entry) = known
        && c.enter(entry)?
    {
        return Ok(());
    }
    let Worker { row, state, .. } = &mut *c.worker;
    let ends = [(&row.src, current.src_port), (&row.dst, current.dst_port)];
    if let Some(entry) = state.expected.find(Transport::Tcp, ends)
        && c.enter(entry)?
    {
        return Ok(());
    }
    let (low, high) = (current.src_port.min(current.dst_port), current.src_port.max(current.dst_port));
    for (i, port) in [server, low, high].into_iter().enumerate() {
        if (i == 0 || port != server) && port != 0 && c.next(Key::Tcp(port))? {
            return Ok(());
        }
    }
    let least = least_recognised(c.reported());
    if c.remaining() < least {
        c.need(least.min(LEAST_FOR_TLS))?;
        if TlsByContent::recognise(c) && c.call::<TlsByContent>()? {
            return Ok(());
        }
        c.need(least)?;
    }
    if c.next_by_content(Key::TcpContent)? {
        return Ok(());
    }
    c.data();
    Ok(())
}

/// Dissects messages that say their own length, one after the other, asking for more where one is unfinished.
///
/// `len_of` is asked once `header` bytes of a message are there, and gives the whole message's length in bytes, or 0
/// where they do not tell; `one`
/// gets a window of that length. A message that breaks off within is remarked upon, and the next one dissected.
///
/// # Errors
/// [`Stop::More`] where the last message is unfinished; [`Stop::Malformed`] where a length is less than `header`.
pub fn messages<S: Sink>(
    c: &mut Cursor<'_, S>,
    header: usize,
    len_of: impl Fn(&Cursor<'_, S>) -> usize,
    mut one: impl FnMut(&mut Cursor<'_, S>) -> Result<(), Stop>,
) -> Result<(), Stop> {
    while c.reported() > 0 {
        c.await_header(header)?;
        c.need(header)?;
        let len = len_of(c);
        if len == 0 {
            // It does not say: the next segment may.
            c.await_header(c.remaining() + 1)?;
            return Err(Stop::Malformed);
        }
        if len < header {
            // That is wrong whatever else of the message is not here.
            c.row().fragmented = false;
            return Err(Stop::Malformed);
        }
        c.await_bytes(len)?;
        c.begin_message(len);
        c.message(len, |c| one(c))?;
    }
    Ok(())
}
