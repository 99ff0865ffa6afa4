//! Which hosts `NO_PROXY` excepts, as curl reads it.

use std::net::IpAddr;

/// Whether `list`, whose entries are separated by commas or blanks, covers `host`: a name, or an
/// address without brackets.
pub fn covers(list: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let mut entries = list.split([',', ' ', '\t']);
    match host.parse() {
        Ok(address) => entries.any(|entry| covers_address(entry, address)),
        Err(_) => entries.any(|entry| covers_name(entry, &host)),
    }
}

/// `example.com` and `.example.com` cover that name and all names below it.
fn covers_name(entry: &str, host: &str) -> bool {
    let entry = entry.to_ascii_lowercase();
    let name = entry.strip_suffix('.').unwrap_or(&entry);
    let name = name.strip_prefix('.').unwrap_or(name);
    let above = host.strip_suffix(name);
    !name.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('.'))
}

/// `192.168.0.0/16` covers all addresses that have the first 16 bits in common with that one.
fn covers_address(entry: &str, address: IpAddr) -> bool {
    let (network, length) = entry.split_once('/').unwrap_or((entry, ""));
    let bits = |address| match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()) << 96, 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let Ok(network) = network.parse::<IpAddr>() else {
        return false;
    };
    let ((network, size), (address, own_size)) = (bits(network), bits(address));
    // To curl, /0 is no length.
    let length = length
        .parse()
        .ok()
        .filter(|&length| length > 0)
        .unwrap_or(size);
    let differing = network ^ address;
    size == own_size && length <= size && differing.leading_zeros() >= length
}
