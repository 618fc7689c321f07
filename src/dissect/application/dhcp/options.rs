//! DHCP's options (RFC 2132, and others since).

use super::{MESSAGES, OPTION, OPTION_LEN, OPTION_VALUE};
use crate::dissect::cursor::Cursor;
use crate::dissect::field::{Field, name_of};
use crate::dissect::line::Line;
use crate::dissect::network::arp::HARDWARE_TYPES;
use crate::dissect::protocol::Stop;
use crate::dissect::sink::Sink;
use crate::{fields, names};

fields! {
    MESSAGE_TYPE = "dhcp.option.dhcp", "DHCP", U8 names(MESSAGES);
    ITEM = "dhcp.option.request_list_item", "Parameter Request List Item", U8;
    HARDWARE_TYPE = "dhcp.hw.type", "Hardware type", U8 hex names(HARDWARE_TYPES);
    MAC = "dhcp.hw.mac_addr", "Client MAC address", Ether;
    CLIENT_TYPE = "dhcp.client_id.type", "Type", U8;
    CLIENT_TEXT = "dhcp.client_id.undef", "Client Identifier", Str ascii;
    END = "dhcp.option.end", "Option End", U8;
    PADDING = "dhcp.option.padding", "Padding", Bytes;
    SUBNET_MASK = "dhcp.option.subnet_mask", "Subnet Mask", Ipv4;
    TIME_OFFSET = "dhcp.option.time_offset", "Time Offset", I32;
    ROUTER = "dhcp.option.router", "Router", Ipv4;
    TIME_SERVER = "dhcp.option.time_server", "Time Server", Ipv4;
    NAME_SERVER = "dhcp.option.name_server", "Name Server", Ipv4;
    DOMAIN_NAME_SERVER = "dhcp.option.domain_name_server", "Domain Name Server", Ipv4;
    LOG_SERVER = "dhcp.option.log_server", "Log Server", Ipv4;
    QUOTES_SERVER = "dhcp.option.quotes_server", "Quotes Server", Ipv4;
    LPR_SERVER = "dhcp.option.lpr_server", "LPR Server", Ipv4;
    IMPRESS_SERVER = "dhcp.option.impress_server", "Impress Server", Ipv4;
    RESOURCE_LOCATION_SERVER = "dhcp.option.resource_location_server", "Resource Location Server", Ipv4;
    HOSTNAME = "dhcp.option.hostname", "Host Name", Str ascii;
    BOOT_FILE_SIZE = "dhcp.option.boot_file_size", "Boot File Size", U16;
    MERIT_DUMP_FILE = "dhcp.option.merit_dump_file", "Merit Dump File", Str ascii;
    DOMAIN_NAME = "dhcp.option.domain_name", "Domain Name", Str ascii;
    SWAP_SERVER = "dhcp.option.swap_server", "Swap Server", Ipv4;
    ROOT_PATH = "dhcp.option.root_path", "Root Path", Str ascii;
    EXTENSION_PATH = "dhcp.option.extension_path", "Extensions Path", Str ascii;
    IP_FORWARDING = "dhcp.option.ip_forwarding", "IP Forwarding", Bool flag("Enabled", "Disabled");
    POLICY_FILTER_IP = "dhcp.option.policy_filter.ip", "IP Address", Ipv4;
    NON_LOCAL_SOURCE_ROUTING = "dhcp.option.non_local_source_routing", "Non-Local Source Routing", Bool flag("Enabled", "Disabled");
    MAX_DATAGRAM_REASSEMBLY_SIZE = "dhcp.option.max_datagram_reassembly_size", "Maximum Datagram Reassembly Size", U16;
    DEFAULT_IP_TTL = "dhcp.option.default_ip_ttl", "Default IP Time-to-Live", U8;
    PATH_MTU_AGING_TIMEOUT = "dhcp.option.path_mtu_aging_timeout", "Path MTU Aging Timeout", U32;
    INTERFACE_MTU = "dhcp.option.interface_mtu", "Interface MTU", U16;
    ALL_SUBNETS_ARE_LOCAL = "dhcp.option.all_subnets_are_local", "All Subnets are Local", Bool flag("Yes", "No");
    BROADCAST_ADDRESS = "dhcp.option.broadcast_address", "Broadcast Address", Ipv4;
    PERFORM_MASK_DISCOVERY = "dhcp.option.perform_mask_discovery", "Perform Mask Discovery", Bool flag("Enabled", "Disabled");
    MASK_SUPPLIER = "dhcp.option.mask_supplier", "Mask Supplier", Bool flag("Yes", "No");
    PERFORM_ROUTER_DISCOVER = "dhcp.option.perform_router_discover", "Perform Router Discover", Bool flag("Enabled", "Disabled");
    ROUTER_SOLICITATION_ADDRESS = "dhcp.option.router_solicitation_address", "Router Solicitation Address", Ipv4;
    TRAILER_ENCAPSULATION = "dhcp.option.trailer_encapsulation", "Trailer Encapsulation", Bool flag("Enabled", "Disabled");
    ARP_CACHE_TIMEOUT = "dhcp.option.arp_cache_timeout", "ARP Cache Timeout", U32;
    ETHERNET_ENCAPSULATION = "dhcp.option.ethernet_encapsulation", "Ethernet Encapsulation", Bool flag("Enabled", "Disabled");
    TCP_DEFAULT_TTL = "dhcp.option.tcp_default_ttl", "TCP Default TTL", U8;
    TCP_KEEPALIVE_INTERVAL = "dhcp.option.tcp_keepalive_interval", "TCP Keepalive Interval", U32;
    TCP_KEEPALIVE_GARBAGE = "dhcp.option.tcp_keepalive_garbage", "TCP Keepalive Garbage", Bool flag("Enabled", "Disabled");
    NIS_DOMAIN = "dhcp.option.nis_domain", "Network Information Service Domain", Str ascii;
    NIS_SERVER = "dhcp.option.nis_server", "Network Information Service Server", Ipv4;
    NTP_SERVER = "dhcp.option.ntp_server", "Network Time Protocol Server", Ipv4;
    NETBIOS_OVER_TCPIP_NAME_SERVER = "dhcp.option.netbios_over_tcpip_name_server", "NetBIOS over TCP/IP Name Server", Ipv4;
    NETBIOS_OVER_TCPIP_DD_NAME_SERVER = "dhcp.option.netbios_over_tcpip_dd_name_server", "NetBIOS over TCP/IP Datagram Distribution Name Server", Ipv4;
    NETBIOS_OVER_TCPIP_NODE_TYPE = "dhcp.option.netbios_over_tcpip_node_type", "NetBIOS over TCP/IP Node Type", U8 names(NETBIOS_OVER_TCPIP_NODE_TYPE_NAMES);
    NETBIOS_OVER_TCPIP_SCOPE = "dhcp.option.netbios_over_tcpip_scope", "NetBIOS over TCP/IP Scope", Str ascii;
    XWINDOWS_SYSTEM_FONT_SERVER = "dhcp.option.xwindows_system_font_server", "X Window System Font Server", Ipv4;
    XWINDOWS_SYSTEM_DISPLAY_MANAGER = "dhcp.option.xwindows_system_display_manager", "X Window System Display Manager", Ipv4;
    REQUESTED_IP_ADDRESS = "dhcp.option.requested_ip_address", "Requested IP Address", Ipv4;
    IP_ADDRESS_LEASE_TIME = "dhcp.option.ip_address_lease_time", "IP Address Lease Time", U32;
    DHCP_SERVER_ID = "dhcp.option.dhcp_server_id", "DHCP Server Identifier", Ipv4;
    MESSAGE = "dhcp.option.message", "Message", Str ascii;
    DHCP_MAX_MESSAGE_SIZE = "dhcp.option.dhcp_max_message_size", "Maximum DHCP Message Size", U16;
    RENEWAL_TIME_VALUE = "dhcp.option.renewal_time_value", "Renewal Time Value", U32;
    REBINDING_TIME_VALUE = "dhcp.option.rebinding_time_value", "Rebinding Time Value", U32;
    VENDOR_CLASS_ID = "dhcp.option.vendor_class_id", "Vendor class identifier", Str ascii;
    NOVELL_DS_TREE_NAME = "dhcp.option.novell_ds_tree_name", "Novell Directory Services Tree Name", Str ascii;
    NOVELL_DS_CONTEXT = "dhcp.option.novell_ds_context", "Novell Directory Services Context", Str ascii;
    CLIENT_LAST_TRANSACTION_TIME = "dhcp.option.client_last_transaction_time", "Client last transaction time", U32;
    ASSOCIATED_IP_OPTION = "dhcp.option.associated_ip_option", "Associated IP option", Ipv4;
    TZ_PCODE = "dhcp.option.tz_pcode", "TZ PCode", Str ascii;
    TZ_TCODE = "dhcp.option.tz_tcode", "TZ TCode", Str ascii;
    NETINFO_PARENT_SERVER_ADDRESS = "dhcp.option.netinfo_parent_server_address", "NetInfo Parent Server Address", Ipv4;
    NETINFO_PARENT_SERVER_TAG = "dhcp.option.netinfo_parent_server_tag", "NetInfo Parent Server Tag", Str ascii;
    DHCP_AUTO_CONFIGURATION = "dhcp.option.dhcp_auto_configuration", "DHCP Auto-Configuration", U8 names(DHCP_AUTO_CONFIGURATION_NAMES);
    SUBNET_SELECTION_OPTION = "dhcp.option.subnet_selection_option", "Subnet Selection Option", Ipv4;
    CAPTIVE_PORTAL = "dhcp.option.captive_portal", "Captive Portal", Str ascii;
}

names! {
    NETBIOS_OVER_TCPIP_NODE_TYPE_NAMES {
        1 = "B-node", 2 = "P-node", 4 = "M-node", 8 = "H-node",
    }
    DHCP_AUTO_CONFIGURATION_NAMES {
        0 = "DoNotAutoConfigure", 1 = "AutoConfigure",
    }
}

names! {
    /// The options.
    OPTIONS {
        0 = "Padding", 1 = "Subnet Mask", 2 = "Time Offset", 3 = "Router", 4 = "Time Server", 5 = "Name Server",
        6 = "Domain Name Server", 7 = "Log Server", 8 = "Quotes Server", 9 = "LPR Server", 10 = "Impress Server",
        11 = "Resource Location Server", 12 = "Host Name", 13 = "Boot File Size", 14 = "Merit Dump File",
        15 = "Domain Name", 16 = "Swap Server", 17 = "Root Path", 18 = "Extensions Path", 19 = "IP Forwarding",
        20 = "Non-Local Source Routing", 21 = "Policy Filter", 22 = "Maximum Datagram Reassembly Size",
        23 = "Default IP Time-to-Live", 24 = "Path MTU Aging Timeout", 25 = "Path MTU Plateau Table",
        26 = "Interface MTU", 27 = "All Subnets are Local", 28 = "Broadcast Address", 29 = "Perform Mask Discovery",
        30 = "Mask Supplier", 31 = "Perform Router Discover", 32 = "Router Solicitation Address",
        33 = "Static Route", 34 = "Trailer Encapsulation", 35 = "ARP Cache Timeout", 36 = "Ethernet Encapsulation",
        37 = "TCP Default TTL", 38 = "TCP Keepalive Interval", 39 = "TCP Keepalive Garbage",
        40 = "Network Information Service Domain", 41 = "Network Information Service Servers",
        42 = "Network Time Protocol Servers", 43 = "Vendor-Specific Information",
        44 = "NetBIOS over TCP/IP Name Server", 45 = "NetBIOS over TCP/IP Datagram Distribution Name Server",
        46 = "NetBIOS over TCP/IP Node Type", 47 = "NetBIOS over TCP/IP Scope", 48 = "X Window System Font Server",
        49 = "X Window System Display Manager", 50 = "Requested IP Address", 51 = "IP Address Lease Time",
        52 = "Option Overload", 53 = "DHCP Message Type", 54 = "DHCP Server Identifier",
        55 = "Parameter Request List", 56 = "Message", 57 = "Maximum DHCP Message Size", 58 = "Renewal Time Value",
        59 = "Rebinding Time Value", 60 = "Vendor class identifier", 61 = "Client identifier",
        62 = "Novell/Netware IP domain", 63 = "Novell Options", 64 = "Network Information Service+ Domain",
        65 = "Network Information Service+ Servers", 66 = "TFTP Server Name", 67 = "Bootfile name",
        68 = "Mobile IP Home Agent", 69 = "SMTP Server", 70 = "POP3 Server", 71 = "NNTP Server",
        72 = "Default WWW Server", 73 = "Default Finger Server", 74 = "Default IRC Server",
        75 = "StreetTalk Server", 76 = "StreetTalk Directory Assistance Server", 77 = "User Class Information",
        78 = "Directory Agent Information", 79 = "Service Location Agent Scope", 80 = "Rapid commit",
        81 = "Client Fully Qualified Domain Name", 82 = "Agent Information Option", 83 = "iSNS",
        84 = "Removed/Unassigned", 85 = "Novell Directory Services Servers",
        86 = "Novell Directory Services Tree Name", 87 = "Novell Directory Services Context",
        88 = "BCMCS Controller Domain Name [TODO:RFC4280]", 89 = "BCMCS Controller IPv4 address [TODO:RFC4280]",
        90 = "Authentication", 91 = "Client last transaction time", 92 = "Associated IP option",
        93 = "Client System Architecture", 94 = "Client Network Device Interface", 95 = "LDAP [TODO:RFC3679]",
        96 = "Removed/Unassigned", 97 = "UUID/GUID-based Client Identifier",
        98 = "Open Group's User Authentication [TODO:RFC2485]", 99 = "Civic Addresses Configuration", 100 = "PCode",
        101 = "TCode", 102 = "Removed/unassigned", 103 = "Removed/unassigned", 104 = "Removed/unassigned",
        105 = "Removed/unassigned", 106 = "Removed/unassigned", 107 = "Removed/unassigned",
        108 = "IPv6-Only Preferred", 109 = "Unassigned", 110 = "Removed/Unassigned", 111 = "Unassigned",
        112 = "NetInfo Parent Server Address", 113 = "NetInfo Parent Server Tag", 114 = "DHCP Captive-Portal",
        115 = "Removed/Unassigned", 116 = "DHCP Auto-Configuration", 117 = "Name Service Search",
        118 = "Subnet Selection Option", 119 = "Domain Search", 120 = "SIP Servers", 121 = "Classless Static Route",
        122 = "CableLabs Client Configuration [TODO:RFC3495]", 123 = "Coordinate-based Location Configuration",
        124 = "V-I Vendor Class", 125 = "V-I Vendor-specific Information", 126 = "Removed/Unassigned",
        127 = "Removed/Unassigned", 128 = "DOCSIS full security server IP [TODO]",
        129 = "PXE - undefined (vendor specific)", 130 = "PXE - undefined (vendor specific)",
        131 = "PXE - undefined (vendor specific)", 132 = "PXE - undefined (vendor specific)",
        133 = "PXE - undefined (vendor specific)", 134 = "PXE - undefined (vendor specific)",
        135 = "PXE - undefined (vendor specific)", 136 = "PANA Authentication Agent",
        137 = "LoST Server Domain Name", 138 = "CAPWAP Access Controllers", 139 = "IPv4 Address-MoS",
        140 = "IPv4 FQDN-MoS", 141 = "SIP UA Configuration Domains", 142 = "IPv4 Address ANDSF",
        143 = "Zerotouch Redirect [TODO: draft-ietf-netconf-zerotouch]", 144 = "Geospatial Location [TODO:RFC6225]",
        145 = "Forcerenew Nonce Capable", 146 = "RDNSS Selection", 147 = "Unassigned", 148 = "Unassigned",
        149 = "Unassigned", 150 = "TFTP Server Address", 151 = "Leasequery Status code",
        152 = "Leasequery Base Time", 153 = "Leasequery Start Time of State", 154 = "Leasequery Query Start Time",
        155 = "Leasequery Query End Time", 156 = "Leasequery Dhcp State", 157 = "Leasequery Data Source",
        158 = "PCP Server", 159 = "Portparams", 160 = "Unassigned (ex DHCP Captive-Portal)",
        161 = "Manufacturer Usage Description", 162 = "Unassigned", 163 = "Unassigned", 164 = "Unassigned",
        165 = "Unassigned", 166 = "Unassigned", 167 = "Unassigned", 168 = "Unassigned", 169 = "Unassigned",
        170 = "Unassigned", 171 = "Unassigned", 172 = "Unassigned", 173 = "Unassigned", 174 = "Unassigned",
        175 = "Etherboot", 176 = "IP Telephone", 177 = "Etherboot", 178 = "Unassigned", 179 = "Unassigned",
        180 = "Unassigned", 181 = "Unassigned", 182 = "Unassigned", 183 = "Unassigned", 184 = "Unassigned",
        185 = "Unassigned", 186 = "Unassigned", 187 = "Unassigned", 188 = "Unassigned", 189 = "Unassigned",
        190 = "Unassigned", 191 = "Unassigned", 192 = "Unassigned", 193 = "Unassigned", 194 = "Unassigned",
        195 = "Unassigned", 196 = "Unassigned", 197 = "Unassigned", 198 = "Unassigned", 199 = "Unassigned",
        200 = "Unassigned", 201 = "Unassigned", 202 = "Unassigned", 203 = "Unassigned", 204 = "Unassigned",
        205 = "Unassigned", 206 = "Unassigned", 207 = "Unassigned", 208 = "PXELINUX Magic",
        209 = "PXE Configuration file", 210 = "PXE Path Prefix", 211 = "Reboot Time", 212 = "6RD",
        213 = "V4 Access Domain", 214 = "Unassigned", 215 = "Unassigned", 216 = "Unassigned", 217 = "Unassigned",
        218 = "Unassigned", 219 = "Unassigned", 220 = "Subnet Allocation", 221 = "Virtual Subnet Selection",
        222 = "Unassigned", 223 = "Unassigned", 224 = "Private", 225 = "Private", 226 = "Private", 227 = "Private",
        228 = "Private", 229 = "Private", 230 = "Private", 231 = "Private", 232 = "Private", 233 = "Private",
        234 = "Private", 235 = "Private", 236 = "Private", 237 = "Private", 238 = "Private", 239 = "Private",
        240 = "Private", 241 = "Private", 242 = "Private/Avaya IP Telephone", 243 = "Private", 244 = "Private",
        245 = "Private", 246 = "Private", 247 = "Private", 248 = "Private",
        249 = "Private/Classless Static Route (Microsoft)", 250 = "Private", 251 = "Private",
        252 = "Private/Proxy autodiscovery", 253 = "Private", 254 = "Private",
    }
}

/// What an option holds.
#[derive(Clone, Copy)]
enum Shape {
    /// An address, which the option's line says, too.
    Address(&'static Field),
    /// Addresses.
    Addresses(&'static Field),
    /// A text.
    Text(&'static Field),
    /// Seconds.
    Seconds(&'static Field),
    /// A number of one byte, or of two.
    Byte(&'static Field),
    Word(&'static Field),
}

/// What is known of the options' contents, in the order of their numbers.
static SHAPES: &[(u8, Shape)] = &[
    (1, Shape::Address(&SUBNET_MASK)),
    (2, Shape::Seconds(&TIME_OFFSET)),
    (3, Shape::Addresses(&ROUTER)),
    (4, Shape::Addresses(&TIME_SERVER)),
    (5, Shape::Addresses(&NAME_SERVER)),
    (6, Shape::Addresses(&DOMAIN_NAME_SERVER)),
    (7, Shape::Addresses(&LOG_SERVER)),
    (8, Shape::Addresses(&QUOTES_SERVER)),
    (9, Shape::Addresses(&LPR_SERVER)),
    (10, Shape::Addresses(&IMPRESS_SERVER)),
    (11, Shape::Addresses(&RESOURCE_LOCATION_SERVER)),
    (12, Shape::Text(&HOSTNAME)),
    (13, Shape::Word(&BOOT_FILE_SIZE)),
    (14, Shape::Text(&MERIT_DUMP_FILE)),
    (15, Shape::Text(&DOMAIN_NAME)),
    (16, Shape::Address(&SWAP_SERVER)),
    (17, Shape::Text(&ROOT_PATH)),
    (18, Shape::Text(&EXTENSION_PATH)),
    (19, Shape::Byte(&IP_FORWARDING)),
    (20, Shape::Byte(&NON_LOCAL_SOURCE_ROUTING)),
    (22, Shape::Word(&MAX_DATAGRAM_REASSEMBLY_SIZE)),
    (23, Shape::Byte(&DEFAULT_IP_TTL)),
    (24, Shape::Seconds(&PATH_MTU_AGING_TIMEOUT)),
    (26, Shape::Word(&INTERFACE_MTU)),
    (27, Shape::Byte(&ALL_SUBNETS_ARE_LOCAL)),
    (28, Shape::Address(&BROADCAST_ADDRESS)),
    (29, Shape::Byte(&PERFORM_MASK_DISCOVERY)),
    (30, Shape::Byte(&MASK_SUPPLIER)),
    (31, Shape::Byte(&PERFORM_ROUTER_DISCOVER)),
    (32, Shape::Address(&ROUTER_SOLICITATION_ADDRESS)),
    (34, Shape::Byte(&TRAILER_ENCAPSULATION)),
    (35, Shape::Seconds(&ARP_CACHE_TIMEOUT)),
    (36, Shape::Byte(&ETHERNET_ENCAPSULATION)),
    (37, Shape::Byte(&TCP_DEFAULT_TTL)),
    (38, Shape::Seconds(&TCP_KEEPALIVE_INTERVAL)),
    (39, Shape::Byte(&TCP_KEEPALIVE_GARBAGE)),
    (40, Shape::Text(&NIS_DOMAIN)),
    (41, Shape::Addresses(&NIS_SERVER)),
    (42, Shape::Addresses(&NTP_SERVER)),
    (44, Shape::Addresses(&NETBIOS_OVER_TCPIP_NAME_SERVER)),
    (45, Shape::Addresses(&NETBIOS_OVER_TCPIP_DD_NAME_SERVER)),
    (46, Shape::Byte(&NETBIOS_OVER_TCPIP_NODE_TYPE)),
    (47, Shape::Text(&NETBIOS_OVER_TCPIP_SCOPE)),
    (48, Shape::Addresses(&XWINDOWS_SYSTEM_FONT_SERVER)),
    (49, Shape::Addresses(&XWINDOWS_SYSTEM_DISPLAY_MANAGER)),
    (50, Shape::Address(&REQUESTED_IP_ADDRESS)),
    (51, Shape::Seconds(&IP_ADDRESS_LEASE_TIME)),
    (54, Shape::Address(&DHCP_SERVER_ID)),
    (56, Shape::Text(&MESSAGE)),
    (57, Shape::Word(&DHCP_MAX_MESSAGE_SIZE)),
    (58, Shape::Seconds(&RENEWAL_TIME_VALUE)),
    (59, Shape::Seconds(&REBINDING_TIME_VALUE)),
    (60, Shape::Text(&VENDOR_CLASS_ID)),
    (85, Shape::Addresses(&POLICY_FILTER_IP)),
    (86, Shape::Text(&NOVELL_DS_TREE_NAME)),
    (87, Shape::Text(&NOVELL_DS_CONTEXT)),
    (91, Shape::Seconds(&CLIENT_LAST_TRANSACTION_TIME)),
    (92, Shape::Addresses(&ASSOCIATED_IP_OPTION)),
    (100, Shape::Text(&TZ_PCODE)),
    (101, Shape::Text(&TZ_TCODE)),
    (112, Shape::Addresses(&NETINFO_PARENT_SERVER_ADDRESS)),
    (113, Shape::Text(&NETINFO_PARENT_SERVER_TAG)),
    (114, Shape::Text(&CAPTIVE_PORTAL)),
    (116, Shape::Byte(&DHCP_AUTO_CONFIGURATION)),
    (118, Shape::Addresses(&SUBNET_SELECTION_OPTION)),
];

/// Options to the one that ends them.
pub(super) fn dissect<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    while c.reported() > 0 {
        let mark = c.mark();
        let option = c.u8(&OPTION)?;
        c.label(|l| _ = heading(l, option));
        match option {
            0 => padding(c, mark)?,
            255 => {
                c.label(|l| _ = l.str("Option: (255) End"));
                c.below(|c| c.put(&END, c.pos() - 1, c.pos(), 255));
                if S::DETAIL && c.remaining() > 0 {
                    c.bytes(&PADDING, c.remaining())?;
                }
                break;
            }
            _ => c.below(|c| {
                let len = usize::from(c.u8(&OPTION_LEN)?);
                c.need(len)?;
                c.within(len, |c| value(c, mark, option))
            })?,
        }
    }
    Ok(())
}

fn heading(line: &mut Line, option: u8) -> &mut Line {
    line.str("Option: (").dec(option).str(") ").str(name_of(OPTIONS, option.into()).unwrap_or("Unknown"))
}

/// Zeros between options, the first of which has been read.
fn padding<S: Sink>(c: &mut Cursor<'_, S>, mark: usize) -> Result<(), Stop> {
    let zeros = c.rest().iter().take_while(|&&byte| byte == 0).count();
    let start = c.pos().saturating_sub(1);
    c.skip(zeros)?;
    c.label_at(mark, |l| _ = l.str("Option: (0) Padding"));
    c.below(|c| c.put(&PADDING, start, c.pos(), 0));
    Ok(())
}

/// What the window holds: the value of an option whose line is at `mark`.
fn value<S: Sink>(c: &mut Cursor<'_, S>, mark: usize, option: u8) -> Result<(), Stop> {
    let len = c.remaining();
    match option {
        53 if len == 1 => {
            let message = c.u8(&MESSAGE_TYPE)?;
            c.append_at(mark, |l| {
                l.str(" (").str(name_of(MESSAGES, message.into()).unwrap_or("Unknown Message Type")).byte(b')');
            });
            return Ok(());
        }
        55 => {
            while c.remaining() > 0 {
                let item = c.u8(&ITEM)?;
                c.label(|l| {
                    l.str("Parameter Request List Item: (").dec(item).str(") ");
                    l.str(name_of(OPTIONS, item.into()).unwrap_or("Unknown"));
                });
            }
            return Ok(());
        }
        61 if len > 2 => return client(c),
        _ => {}
    }
    let known = SHAPES.binary_search_by_key(&option, |(number, _)| *number).ok().and_then(|at| SHAPES.get(at));
    match known {
        Some((_, Shape::Address(field))) if len == 4 => {
            let address = c.fixed::<4>(field)?;
            c.append_at(mark, |l| _ = l.str(" (").ipv4(&address).byte(b')'));
        }
        Some((_, Shape::Addresses(field))) if len > 0 && len.is_multiple_of(4) => {
            while c.remaining() > 0 {
                c.fixed::<4>(field)?;
            }
        }
        Some((_, Shape::Text(field))) if len > 0 => _ = c.bytes(field, len)?,
        Some((_, Shape::Seconds(field))) if len == 4 => {
            let seconds = c.u32(field)?;
            c.label(|l| _ = l.str(field.label).str(": (").dec(seconds).str("s) ").duration(seconds.into(), 0));
        }
        Some((_, Shape::Byte(field))) if len == 1 => _ = c.u8(field)?,
        Some((_, Shape::Word(field))) if len == 2 => _ = c.u16(field)?,
        _ => _ = c.bytes(&OPTION_VALUE, len)?,
    }
    Ok(())
}

/// Who the client is (RFC 2132 section 9.14): by hardware address, or by a text.
fn client<S: Sink>(c: &mut Cursor<'_, S>) -> Result<(), Stop> {
    match (c.peek_u8(0), c.remaining()) {
        (Some(1), 7) => {
            c.u8(&HARDWARE_TYPE)?;
            c.fixed::<6>(&MAC).map(|_| ())
        }
        (Some(0), len) => {
            c.u8(&CLIENT_TYPE)?;
            c.bytes(&CLIENT_TEXT, len - 1).map(|_| ())
        }
        (_, len) => c.bytes(&OPTION_VALUE, len).map(|_| ()),
    }
}
