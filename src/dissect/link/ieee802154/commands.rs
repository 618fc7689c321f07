//! Commands of IEEE 802.15.4 (section 7.5).

use super::Control;
use super::LONG;
use super::names::COMMANDS;
use crate::dissect::cursor::Cursor;
use crate::dissect::field::name_of;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::fields;

fields! {
    CMD = "wpan.cmd", "Command Identifier", U8 hex names(COMMANDS);
    NAMED = "", "Command", None;
    ALTERNATE = "wpan.cinfo.alt_coord", "Alternate PAN Coordinator", Bool mask(0x01);
    DEVICE_TYPE = "wpan.cinfo.device_type", "Device Type", Bool mask(0x02) flag("FFD", "RFD");
    POWER = "wpan.cinfo.power_src", "Power Source", Bool mask(0x04) flag("AC/Mains Power", "Battery");
    IDLE = "wpan.cinfo.idle_rx", "Receive On When Idle", Bool mask(0x08);
    CAPABLE = "wpan.cinfo.sec_capable", "Security Capability", Bool mask(0x40);
    ALLOCATE = "wpan.cinfo.alloc_addr", "Allocate Address", Bool mask(0x80);
    SHORT_ADDRESS = "wpan.asoc.addr", "Short Address", U16 hex;
    STATUS = "wpan.assoc.status", "Association Status", U8 hex;
    REASON = "wpan.disassoc.reason", "Disassociation Reason", U8 hex;
    PAN = "wpan.realign.pan", "PAN ID", U16 hex;
    COORDINATOR = "wpan.realign.addr", "Coordinator Short Address", U16 hex;
    CHANNEL = "wpan.realign.channel", "Logical Channel", U8;
    PAGE = "wpan.realign.channel_page", "Channel Page", U8;
    GTS_LENGTH = "wpan.gtsreq.length", "GTS Length", U8 mask(0xf);
    GTS_DIRECTION = "wpan.gtsreq.direction", "GTS Direction", Bool mask(0x10) flag("Receive", "Transmit");
    GTS_TYPE = "wpan.gtsreq.type", "Characteristic Type", Bool mask(0x20) flag("Allocate GTS", "Deallocate GTS");
}

/// The command's name.
pub(super) fn name(command: u8, version: u16) -> &'static str {
    match (command, version) {
        (7, 2) => "Enhanced Beacon Request",
        _ => name_of(COMMANDS, command.into()).unwrap_or("Unknown Command"),
    }
}

/// Reads what the command says.
pub(super) fn command<S: Sink>(c: &mut Cursor<'_, S>, control: &Control, command: u8) -> Result<(), Stop> {
    let name = name(command, control.version);
    if !matches!(command, 1 | 2 | 3 | 8 | 9) {
        return Ok(());
    }
    c.group(&NAMED, |c| {
        c.label(|l| _ = l.str(name));
        match command {
            1 => association_request(c),
            2 => association_response(c, control.pan),
            3 => {
                let reason = c.u8(&REASON)?;
                c.label(|l| {
                    l.str("Disassociation Reason: ").str(disassociation(reason)).str(" (0x").hex(reason, 2).byte(b')');
                });
                Ok(())
            }
            8 => realignment(c, control.dst_mode),
            _ => {
                let request = c.u8(&GTS_LENGTH)?;
                for field in [&GTS_DIRECTION, &GTS_TYPE] {
                    c.bits::<1>(field, request.into());
                }
                Ok(())
            }
        }
    })
}

fn association_request<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    let capabilities = c.u8(&ALTERNATE)?;
    for field in [&DEVICE_TYPE, &POWER, &IDLE, &CAPABLE, &ALLOCATE] {
        c.bits::<1>(field, capabilities.into());
    }
    c.info().str(if capabilities & 2 != 0 { ", FFD" } else { ", RFD" });
    Ok(())
}

fn association_response<S: Sink>(c: &mut Cursor<'_, S>, pan: u16) -> Result<(), Stop> {
    let address = c.u16_le(&SHORT_ADDRESS)?;
    let status = c.u8(&STATUS)?;
    let words = match status {
        0 => "Association Successful",
        1 => "PAN Full",
        2 => "Association Denied",
        _ => "Reserved",
    };
    c.label(|l| _ = l.str("Association Status: ").str(words).str(" (0x").hex(status, 2).byte(b')'));
    if status != 0 {
        c.info().str(", Unsuccessful");
        return Ok(());
    }
    c.info().str(", PAN: 0x").hex(pan, 4);
    match address {
        0xfffe => c.info().str(" (Using extended address)"),
        _ => c.info().str(" Addr: 0x").hex(address, 4),
    };
    Ok(())
}

fn disassociation(reason: u8) -> &'static str {
    match reason {
        1 => "Coordinator requests device to leave",
        2 => "Device wishes to leave",
        _ => "Reserved",
    }
}

fn realignment<S: Sink>(c: &mut Cursor<'_, S>, dst_mode: u16) -> Result<(), Stop> {
    let pan = c.u16_le(&PAN)?;
    c.info().str(", PAN: 0x").hex(pan, 4);
    let coordinator = c.u16_le(&COORDINATOR)?;
    c.info().str(", Coordinator: 0x").hex(coordinator, 4);
    let channel = c.u8(&CHANNEL)?;
    c.info().str(", Channel: ").dec(channel);
    if dst_mode == LONG {
        let address = c.u16_le(&SHORT_ADDRESS)?;
        if address != 0xfffe {
            c.info().str(", Addr: 0x").hex(address, 4);
        }
    }
    if c.reported() > 0 {
        c.u8(&PAGE)?;
    }
    Ok(())
}
