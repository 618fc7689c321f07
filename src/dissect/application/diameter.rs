//! Diameter (RFC 6733): authentication, authorisation and accounting.

use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, Kind, name_of};
use crate::dissect::line::Line;
use crate::dissect::protocol::{Key, Protocol, Stop};
use crate::dissect::sink::Sink;
use crate::dissect::transport::tcp::payload::messages;
use crate::{fields, names};

static LAYER: Field = Field::new("diameter", "Diameter Protocol", Kind::Protocol);

fields! {
    VERSION = "diameter.version", "Version", U8 hex;
    LENGTH = "diameter.length", "Length", U24;
    FLAGS = "diameter.flags", "Flags", U8 hex;
    REQUEST = "diameter.flags.request", "Request", Bool mask(0x80) set;
    PROXYABLE = "diameter.flags.proxyable", "Proxyable", Bool mask(0x40) set;
    ERROR = "diameter.flags.error", "Error", Bool mask(0x20) set;
    REPEATED = "diameter.flags.T", "T(Potentially re-transmitted message)", Bool mask(0x10) set;
    RESERVED_4 = "diameter.flags.reserved4", "Reserved", Bool mask(0x08) set;
    RESERVED_5 = "diameter.flags.reserved5", "Reserved", Bool mask(0x04) set;
    RESERVED_6 = "diameter.flags.reserved6", "Reserved", Bool mask(0x02) set;
    RESERVED_7 = "diameter.flags.reserved7", "Reserved", Bool mask(0x01) set;
    COMMAND = "diameter.cmd.code", "Command Code", U24 names(COMMANDS);
    APPLICATION = "diameter.applicationId", "ApplicationId", U32 names(APPLICATIONS);
    HOP = "diameter.hopbyhopid", "Hop-by-Hop Identifier", U32 hex;
    END = "diameter.endtoendid", "End-to-End Identifier", U32 hex;
    AVP = "diameter.avp", "AVP", Bytes;
    AVP_CODE = "diameter.avp.code", "AVP Code", U32;
    AVP_FLAGS = "diameter.avp.flags", "AVP Flags", U8 hex;
    AVP_LEN = "diameter.avp.len", "AVP Length", U24;
    AVP_VENDOR = "diameter.avp.vendorId", "AVP Vendor Id", U32;
}

names! {
    COMMANDS {
        100 = "Peer Information", 101 = "Fetch Peers", 102 = "Subscribe Change", 103 = "Notify Change",
        257 = "Capabilities-Exchange", 258 = "Re-Auth", 260 = "AA-Mobile-Node", 262 = "Home-Agent-MIP", 265 = "AA",
        268 = "Diameter-EAP", 271 = "Accounting", 272 = "Credit-Control", 274 = "Abort-Session",
        275 = "Session-Termination", 280 = "Device-Watchdog", 282 = "Disconnect-Peer", 283 = "User-Authorization",
        284 = "Server-Assignment", 285 = "Location-Info", 286 = "Multimedia-Auth", 287 = "Registration-Termination",
        288 = "Push-Profile", 300 = "User-Authorization", 301 = "Server-Assignment", 302 = "Location-Info",
        303 = "Multimedia-Auth", 304 = "Registration-Termination", 305 = "Push-Profile", 306 = "User-Data",
        307 = "Profile-Update", 308 = "Subscribe-Notifications", 309 = "Push-Notification",
        310 = "Boostrapping-Info", 311 = "Message-Process", 312 = "GBAPush-Info", 314 = "Policy-Data",
        315 = "Policy-Install", 316 = "3GPP-Update-Location", 317 = "3GPP-Cancel-Location",
        318 = "3GPP-Authentication-Information", 319 = "3GPP-Insert-Subscriber-Data",
        320 = "3GPP-Delete-Subscriber-Data", 321 = "3GPP-Purge-UE", 322 = "3GPP-Reset", 323 = "3GPP-Notify",
        324 = "3GPP-ME-Identity-Check", 325 = "MIP6", 326 = "QoS-Authorization", 327 = "QoS-Install",
        328 = "Capabilities-Update", 329 = "IKEv2-SK", 330 = "NAT-Control", 511 = "Ping",
        8388620 = "3GPP-Provide-Location", 8388621 = "3GPP-Location-Report", 8388622 = "3GPP-LCS-Routing-Info",
        8388631 = "Subscription Information Application", 8388632 = "Distributed Charging", 8388633 = "Ericsson-SL",
        8388634 = "Ericsson-SN", 8388635 = "Spending-Limit", 8388636 = "Spending-Status-Notification",
        8388637 = "TDF-Session", 8388638 = "3GPP-Update-VCSG-Location", 8388639 = "3GPP-Device-Action",
        8388640 = "3GPP-Device-Notification", 8388641 = "3GPP-Subscriber-Information",
        8388642 = "Cancel-VCSG-Location", 8388643 = "3GPP-Device-Trigger", 8388644 = "3GPP-Delivery-Report",
        8388645 = "MO-Forward-Short-Message", 8388646 = "MT-Forward-Short-Message",
        8388647 = "Send-Routing-Info-for-SM", 8388648 = "Alert-Service-Centre",
        8388649 = "Report-SM-Delivery-Status", 8388650 = "NSN Cancel-LocationMS", 8388651 = "NSN User-DataMS",
        8388652 = "NSN Profile-UpdateMS", 8388653 = "NSN Subscribe-NotificationsMS",
        8388654 = "NSN Push-NotificationMS", 8388655 = "Get Gateway", 8388656 = "Trigger-Establishment",
        8388657 = "Ericsson Binding-Data", 8388662 = "GCS-Action", 8388663 = "GCS-Notification",
        8388664 = "ProSe-Subscriber-Information", 8388665 = "Update-ProSe-Subscriber-Data", 8388666 = "ProSe-Notify",
        8388667 = "Reset", 8388713 = "ProSe-Initial-Location-Information", 8388717 = "Ericsson Trace-Report",
        8388718 = "Configuration-Information", 8388719 = "Reporting-Information",
        8388720 = "Non-Aggregated-RUCI-Report", 8388721 = "Aggregated-RUCI-Report", 8388722 = "Modify-Uecontext",
        8388726 = "NIDD-Information", 8388732 = "Connection-Management", 8388733 = "MO-Data", 8388734 = "MT-Data",
    }
    APPLICATIONS {
        0 = "Diameter Common Messages", 1 = "NASREQ Application", 2 = "Mobile IPv4 Application",
        3 = "Diameter Base Accounting", 4 = "Diameter Credit Control Application", 5 = "EAP Application",
        6 = "Diameter Session Initiation Protocol (SIP) Application", 7 = "Diameter Mobile IPv6 IKE   (MIP6I)",
        8 = "Diameter Mobile IPv6 Auth  (MIP6A)", 9 = "Diameter QoS application",
        10 = "Diameter Capabilities Update", 11 = "Diameter IKE SK (IKESK)", 12 = "Diameter NAT Control Application",
        13 = "Diameter ERP", 111 = "ALU Sy", 555 = "Sun Ping Application", 19302 = "Ericsson SCAP",
        19310 = "Ericsson SRAP", 16777216 = "3GPP Cx", 16777217 = "3GPP Sh", 16777218 = "3GPP Re/Rf",
        16777219 = "3GPP Wx", 16777220 = "3GPP Zn", 16777221 = "3GPP Zh", 16777222 = "3GPP Gq",
        16777223 = "3GPP Gmb", 16777224 = "3GPP Gx", 16777225 = "3GPP Gx over Gy", 16777226 = "3GPP MM10",
        16777227 = "Ericsson MSI", 16777228 = "Ericsson Zx", 16777229 = "3GPP Rx Release 6", 16777230 = "3GPP Pr",
        16777231 = "Diameter e2e4 Application", 16777232 = "Ericsson Charging-CIP", 16777233 = "Ericsson Mm",
        16777234 = "Vodafone Gx+", 16777235 = "ITU-T Rs", 16777236 = "3GPP Rx", 16777237 = "3GPP2 Ty",
        16777238 = "3GPP Gx", 16777239 = "Juniper Cluster", 16777240 = "Juniper Policy-Control-AAA",
        16777241 = "iptego USPI", 16777242 = "Covergence-specific SIP routing", 16777243 = "Policy Processing",
        16777244 = "Juniper Policy-Control-JSRC", 16777245 = "ITU-T S-TC1",
        16777246 = "NSN Unified Charging Trigger Function (UCTF)",
        16777247 = "3GPP2 CAN Access Authentication and Authorization",
        16777248 = "3GPP2 WLAN Interworking Access Authentication and Authorization",
        16777249 = "3GPP2 WLAN Interworking Accounting", 16777250 = "3GPP STa", 16777251 = "3GPP S6a/S6d",
        16777252 = "3GPP S13/S13'", 16777253 = "ETSI Re", 16777254 = "ETSI GOCAP", 16777255 = "3GPP SLg",
        16777256 = "ITU-T Rw", 16777257 = "ETSI a4", 16777258 = "ITU-T Rt", 16777259 = "CARA", 16777260 = "CAMA",
        16777261 = "Femtocell extension to Diameter EAP Application", 16777262 = "ITU-T Ru", 16777263 = "ITU-T Ng",
        16777264 = "3GPP SWm", 16777265 = "3GPP SWx", 16777266 = "3GPP Gxx", 16777267 = "3GPP S9",
        16777268 = "3GPP Zpn", 16777269 = "Ericsson HSI", 16777270 = "Juniper-Example", 16777271 = "ITU-T Ri",
        16777272 = "3GPP S6b", 16777273 = "Juniper JGx", 16777274 = "ITU-T Rd",
        16777275 = "ADMI Notification Application", 16777276 = "ADMI Messaging Interface Application",
        16777277 = "Peter-Service VSI", 16777278 = "ETSI Rr request model", 16777279 = "ETSI Rr delegated model",
        16777291 = "3GPP SLh", 16777292 = "3GPP SGmb", 16777293 = "Cloudmark Diameter Interface",
        16777294 = "Camiant DRMA", 16777295 = "PiLTE Interworking Diameter Application",
        16777296 = "Juniper-Sessions-Recovery", 16777297 = "Vedicis LiveProxy",
        16777298 = "Pi*3GPP2 Diameter Application", 16777299 = "Sandvine Rf+",
        16777300 = "Subscription Information Application", 16777301 = "Ericsson Charging-DCIP", 16777302 = "3GPP Sy",
        16777303 = "3GPP Sd", 16777304 = "Ericsson Sy", 16777305 = "HP DTD", 16777306 = "ITU-T M9",
        16777307 = "ITU-T M13", 16777308 = "3GPP S7a", 16777309 = "3GPP Tsp", 16777310 = "3GPP S6m",
        16777311 = "3GPP T4", 16777312 = "3GPP S6c", 16777313 = "3GPP SGd", 16777314 = "Intrado-SLg",
        16777315 = "Ericsson Diameter Signalling Controller Application (DSC)", 16777316 = "Verizon-Femto-Loc",
        16777317 = "Nokia Solutions and Networks (NSN) Hd Application", 16777318 = "3GPP S15", 16777319 = "3GPP S9a",
        16777320 = "3GPP S9a*", 16777321 = "Gateway Location Application", 16777322 = "Verizon Session Recovery",
        16777323 = "3GPP2 M1", 16777324 = "MAGIC Client Interface Protocol (CIP)", 16777325 = "ITU-T Nc",
        16777326 = "ITU-T Ne", 16777327 = "Ericsson Sx", 16777328 = "Nokia Service Extension, NSE",
        16777329 = "Rivada Xd", 16777330 = "Rivada Xm", 16777331 = "Rivada Xh", 16777332 = "Rivada Xf",
        16777333 = "Rivada Xf", 16777334 = "Rivada Xp", 16777335 = "3GPP MB2-C", 16777336 = "3GPP PC4a",
        16777337 = "3GPP PC2", 16777338 = "Juniper Domain Policy", 16777339 = "Host Observer",
        16777340 = "3GPP PC6/PC7", 16777341 = "Nokia Sdr", 16777342 = "3GPP Np", 16777345 = "3GPP S6t",
        16777346 = "3GPP T6a/T6b", 16777999 = "S6b Application (One-AAA)", 4294967295 = "Relay",
    }
}

const HEADER_LEN: usize = 20;
/// Bytes of a message at least that is believed in.
const LEAST_LEN: u32 = 36;
const RESERVED_FLAGS: u8 = 0x0f;
const PORT: u16 = 3868;
const AVP_HEADER_LEN: usize = 8;
const VENDOR_SPECIFIC: u8 = 0x80;

/// Diameter.
pub struct Diameter;

impl Protocol for Diameter {
    const LAYER: &'static Field = &LAYER;
    const NAME: &'static str = "DIAMETER";
    const FIELDS: &'static [&'static Field] = FIELDS;
    const KEYS: &'static [Key] = &[Key::Tcp(PORT), Key::Sctp(PORT), Key::SctpPayload(46)];

    fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
        if !looks_right(c) {
            c.protocol("DIAMETER");
            c.claim().str("Continuation");
            return Ok(());
        }
        if !c.in_stream() {
            c.claim();
            return message(c);
        }
        let len = |c: &Cursor<'_, S>| (c.peek_u32(0).unwrap_or_default() & 0x00ff_ffff) as usize;
        messages(c, HEADER_LEN, len, message)
    }
}

/// Whether a message begins here; if not, something began in an earlier segment.
fn looks_right<S: Sink>(c: &Cursor<'_, S>) -> bool {
    let (Some(head), Some(flags)) = (c.peek_u32(0), c.peek_u8(4)) else { return true };
    head >> 24 == 1 && head & 0x00ff_ffff >= LEAST_LEN && flags & RESERVED_FLAGS == 0
}

fn message<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    c.protocol("DIAMETER");
    c.read_all(&[(&VERSION, 1), (&LENGTH, 3)])?;
    let mark = c.mark();
    let flags = c.be::<1>(&FLAGS)?;
    c.below(|c| {
        let low = [&RESERVED_4, &RESERVED_5, &RESERVED_6, &RESERVED_7];
        for part in [&REQUEST, &PROXYABLE, &ERROR, &REPEATED].into_iter().chain(low) {
            c.bits::<1>(part, flags);
        }
    });
    c.append_at(mark, |l: &mut Line| {
        for (bit, words) in [(0x80, ", Request"), (0x40, ", Proxyable"), (0x20, ", Error"), (0x10, ", T")] {
            if flags & bit != 0 {
                l.str(words);
            }
        }
    });
    let code = c.u24(&COMMAND)?;
    let application = c.u32(&APPLICATION)?;
    let hop = c.u32(&HOP)?;
    let end = c.u32(&END)?;
    let fresh = c.row().fresh() || !c.row().claimed();
    let line = if fresh { c.claim() } else { c.info() };
    line.str("cmd=").str(name_of(COMMANDS, code.into()).unwrap_or("Unknown"));
    line.str(if flags & 0x80 != 0 { " Request(" } else { " Answer(" }).dec(code).str(") flags=");
    for (bit, letter) in [(0x80, b'R'), (0x40, b'P'), (0x20, b'E'), (0x10, b'T')] {
        line.byte(if flags & bit != 0 { letter } else { b'-' });
    }
    line.str(" appl=").str(name_of(APPLICATIONS, application.into()).unwrap_or("Unknown"));
    line.byte(b'(').dec(application).str(") h2h=").hex(hop, 1).str(" e2e=").hex(end, 1).str(" | ");
    if S::DETAIL {
        while c.remaining() >= AVP_HEADER_LEN {
            attribute(c)?;
        }
    }
    Ok(())
}

/// An attribute-value pair (RFC 6733, 4.1), whose value is not looked into.
fn attribute<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let (code, rest) = (c.peek_u32(0).unwrap_or_default(), c.peek_u32(4).unwrap_or_default());
    let len = (rest & 0x00ff_ffff) as usize;
    if len < AVP_HEADER_LEN || len > c.remaining() {
        return Err(Stop::Malformed);
    }
    let mark = c.mark();
    c.put(&AVP, c.pos(), c.pos() + len, 0);
    c.label_at(mark, |l| _ = l.str("AVP: Unknown(").dec(code).str(") l=").dec(len as u64));
    c.within(len, |c| {
        c.below(|c| {
            c.u32(&AVP_CODE)?;
            let flags = c.u8(&AVP_FLAGS)?;
            c.u24(&AVP_LEN)?;
            if flags & VENDOR_SPECIFIC != 0 { c.u32(&AVP_VENDOR).map(|_| ()) } else { Ok(()) }
        })
    })?;
    c.close_at(mark);
    let padding = len.next_multiple_of(4) - len;
    c.skip(padding.min(c.remaining()))
}
