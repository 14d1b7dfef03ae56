//! Settings: flags, then the environment, then `porchlight.toml`, then defaults. The only reader of
//! the environment.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// Settings that passed their checks.
#[derive(Debug, Clone)]
pub struct Settings {
    pub listen: SocketAddr,
    /// Base of all links, without a slash at its end; `None` until the listener knows its port.
    pub public_url: Option<String>,
    pub data: PathBuf,
    pub database_url: String,
    /// `file:///…` or `s3://bucket/prefix`.
    pub files_url: String,
    pub mail: MailTo,
    pub mail_from: Option<String>,
    pub trusted_proxies: Vec<Network>,
    /// The header in which those proxies write the visitor's address, in lower case.
    pub forwarded_header: String,
    /// Newest first; empty means that the data folder's own is used.
    pub secrets: Vec<String>,
    pub rate_limit: bool,
    /// Seconds in which a reply, or a closing, can be taken back before anybody outside hears of it.
    pub undo_seconds: i64,
    /// Seconds between two signs of life on a live connection that has nothing else to say.
    pub heartbeat_seconds: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTo {
    /// A folder of `.eml` files.
    Folder(PathBuf),
    /// `smtp://user:password@host:port` or `smtps://…`.
    Server(String),
}

/// An address range such as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

/// A setting that stops the start: its name, its value, and what is allowed.
#[derive(Debug)]
pub struct WrongSetting {
    name: &'static str,
    value: String,
    allowed: &'static str,
}

impl std::fmt::Display for WrongSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} is `{}`, but must be {}", self.name, self.value, self.allowed)
    }
}

impl std::error::Error for WrongSetting {}

/// The names of all settings, as in the environment.
const NAMES: &[&str] = &[
    "PORCHLIGHT_LISTEN",
    "PORCHLIGHT_PUBLIC_URL",
    "PORCHLIGHT_DATA",
    "PORCHLIGHT_DATABASE_URL",
    "PORCHLIGHT_FILES_URL",
    "PORCHLIGHT_MAIL_URL",
    "PORCHLIGHT_MAIL_FROM",
    "PORCHLIGHT_TRUSTED_PROXIES",
    "PORCHLIGHT_FORWARDED_HEADER",
    "PORCHLIGHT_TLS",
    "PORCHLIGHT_SECRET",
    "PORCHLIGHT_RATE_LIMIT",
    "PORCHLIGHT_UNDO_SECONDS",
    "PORCHLIGHT_HEARTBEAT_SECONDS",
];

/// Values by environment name, gathered from flags, environment and file in that order.
pub type Raw = BTreeMap<&'static str, String>;

/// Gathers settings: `flags` win over the environment, which wins over the file.
///
/// # Errors
/// The file cannot be read, or has a key that is no setting.
pub fn gather(flags: Raw, file: Option<&Path>) -> Result<Raw, WrongSetting> {
    let mut found = from_file(file)?;
    for name in NAMES {
        if let Ok(value) = std::env::var(name) {
            found.insert(name, value);
        }
    }
    found.extend(flags);
    Ok(found)
}

fn from_file(file: Option<&Path>) -> Result<Raw, WrongSetting> {
    let path = file.unwrap_or(Path::new("porchlight.toml"));
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(_) if file.is_none() => return Ok(Raw::new()),
        Err(_) => {
            return Err(WrongSetting { name: "--config", value: path.display().to_string(), allowed: "a file that can be read" });
        }
    };
    let wrong = |value: String, allowed| WrongSetting { name: "porchlight.toml", value, allowed };
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| wrong(e.message().to_owned(), "TOML"))?;
    let mut found = Raw::new();
    for (key, value) in table {
        let name = NAMES.iter().find(|n| n.strip_prefix("PORCHLIGHT_").is_some_and(|n| n.eq_ignore_ascii_case(&key)));
        let Some(name) = name else {
            return Err(wrong(
                key,
                "one of listen, public_url, data, database_url, files_url, mail_url, mail_from, trusted_proxies, forwarded_header, tls, secret, rate_limit, undo_seconds, heartbeat_seconds",
            ));
        };
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        found.insert(name, text);
    }
    Ok(found)
}

/// What is logged, in the form of `tracing`'s filters: `PORCHLIGHT_LOG`, default `info`.
pub fn log_filter() -> String {
    std::env::var("PORCHLIGHT_LOG").unwrap_or_else(|_| String::from("info,porchlight::http=warn"))
}

impl Settings {
    /// # Errors
    /// The first wrong setting, with what is allowed.
    pub fn parse(raw: &Raw) -> Result<Self, WrongSetting> {
        let get = |name: &'static str| raw.get(name).map(|v| v.trim()).filter(|v| !v.is_empty());
        let wrong = |name, value: &str, allowed| WrongSetting { name, value: value.to_owned(), allowed };

        let listen = get("PORCHLIGHT_LISTEN").unwrap_or("127.0.0.1:8080");
        let listen =
            listen.parse().map_err(|_| wrong("PORCHLIGHT_LISTEN", listen, "an address and a port, like 127.0.0.1:8080"))?;
        let public_url = get("PORCHLIGHT_PUBLIC_URL").map(|url| {
            let parsed = url::Url::parse(url).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
            parsed
                .map(|_| url.trim_end_matches('/').to_owned())
                .ok_or_else(|| wrong("PORCHLIGHT_PUBLIC_URL", url, "an http or https address, like https://talk.example.org"))
        });
        let data = PathBuf::from(get("PORCHLIGHT_DATA").unwrap_or("./data"));
        let data = std::path::absolute(&data).unwrap_or(data);
        let database_url = get("PORCHLIGHT_DATABASE_URL").map_or_else(|| crate::store::Db::embedded_url(&data), str::to_owned);
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| database_url.starts_with(scheme));
        if !known {
            return Err(wrong("PORCHLIGHT_DATABASE_URL", "(not shown)", "postgres://… or sqlite://…"));
        }
        let secrets: Vec<String> =
            get("PORCHLIGHT_SECRET").unwrap_or("").split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
        if secrets.iter().any(|s| s.len() < 32) {
            return Err(wrong(
                "PORCHLIGHT_SECRET",
                "(not shown)",
                "32 characters or more, several parted by commas, newest first",
            ));
        }
        if !database_url.starts_with("sqlite:") && secrets.is_empty() {
            return Err(wrong("PORCHLIGHT_SECRET", "", "set when PostgreSQL is used, the same on every machine"));
        }
        Ok(Self {
            listen,
            public_url: public_url.transpose()?,
            database_url,
            files_url: files_url(get("PORCHLIGHT_FILES_URL"), &data)?,
            mail: mail(get("PORCHLIGHT_MAIL_URL"), &data)?,
            mail_from: get("PORCHLIGHT_MAIL_FROM").map(str::to_owned),
            trusted_proxies: networks(get("PORCHLIGHT_TRUSTED_PROXIES"))?,
            forwarded_header: match get("PORCHLIGHT_FORWARDED_HEADER").unwrap_or("x-forwarded-for").to_lowercase().as_str() {
                known @ ("x-forwarded-for" | "forwarded") => known.to_owned(),
                other => return Err(wrong("PORCHLIGHT_FORWARDED_HEADER", other, "x-forwarded-for or forwarded")),
            },
            secrets,
            rate_limit: match get("PORCHLIGHT_RATE_LIMIT").unwrap_or("on") {
                "on" => true,
                "off" => false,
                other => return Err(wrong("PORCHLIGHT_RATE_LIMIT", other, "on or off")),
            },
            undo_seconds: {
                let text = get("PORCHLIGHT_UNDO_SECONDS").unwrap_or("10");
                let seconds = text.parse().ok().filter(|seconds| (0..=60).contains(seconds));
                seconds.ok_or_else(|| wrong("PORCHLIGHT_UNDO_SECONDS", text, "a whole number from 0 to 60"))?
            },
            heartbeat_seconds: {
                let text = get("PORCHLIGHT_HEARTBEAT_SECONDS").unwrap_or("20");
                let seconds = text.parse().ok().filter(|seconds| (1..=300).contains(seconds));
                seconds.ok_or_else(|| wrong("PORCHLIGHT_HEARTBEAT_SECONDS", text, "a whole number from 1 to 300"))?
            },
            data: match get("PORCHLIGHT_TLS").unwrap_or("off") {
                "off" => data,
                other => {
                    return Err(wrong("PORCHLIGHT_TLS", other, "off in this version: put a proxy that speaks https in front"));
                }
            },
        })
    }
}

fn files_url(raw: Option<&str>, data: &Path) -> Result<String, WrongSetting> {
    let Some(raw) = raw else {
        return Ok(format!("file://{}", data.join("files").display()));
    };
    let allowed = "a folder, or file:///a/folder";
    let wrong = || WrongSetting { name: "PORCHLIGHT_FILES_URL", value: raw.to_owned(), allowed };
    match url::Url::parse(raw) {
        Ok(url) if url.scheme() == "file" => Ok(raw.to_owned()),
        Ok(_) => Err(wrong()),
        Err(_) => Ok(format!("file://{}", std::path::absolute(raw).map_err(|_| wrong())?.display())),
    }
}

fn mail(raw: Option<&str>, data: &Path) -> Result<MailTo, WrongSetting> {
    match raw {
        None => Ok(MailTo::Folder(data.join("mail"))),
        Some(url) if url.starts_with("smtp://") || url.starts_with("smtps://") => Ok(MailTo::Server(url.to_owned())),
        Some(folder) if !folder.contains("://") => Ok(MailTo::Folder(PathBuf::from(folder))),
        Some(_) => Err(WrongSetting {
            name: "PORCHLIGHT_MAIL_URL",
            value: String::from("(not shown)"),
            allowed: "smtp://…, smtps://… or a folder",
        }),
    }
}

fn networks(raw: Option<&str>) -> Result<Vec<Network>, WrongSetting> {
    let all = raw.unwrap_or("").split(',').map(str::trim).filter(|n| !n.is_empty());
    all.map(|n| {
        Network::parse(n).ok_or_else(|| WrongSetting {
            name: "PORCHLIGHT_TRUSTED_PROXIES",
            value: n.to_owned(),
            allowed: "addresses or ranges, like 10.0.0.0/8, 192.0.2.7",
        })
    })
    .collect()
}

impl Network {
    fn parse(raw: &str) -> Option<Self> {
        let (address, prefix) = raw.split_once('/').map_or((raw, None), |(a, p)| (a, Some(p)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.map_or(Some(most), |p| p.parse().ok())?;
        (prefix <= most).then_some(Self { address, prefix })
    }

    pub fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                (net.to_bits() ^ ip.to_bits()).checked_shr(32 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                (net.to_bits() ^ ip.to_bits()).checked_shr(128 - u32::from(self.prefix)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&'static str, &str)]) -> Result<Settings, WrongSetting> {
        Settings::parse(&pairs.iter().map(|(k, v)| (*k, (*v).to_owned())).collect())
    }

    #[test]
    fn a_wrong_setting_says_its_name_its_value_and_what_is_allowed() {
        let error = parse(&[("PORCHLIGHT_LISTEN", "8080")]).unwrap_err().to_string();
        assert_eq!(error, "PORCHLIGHT_LISTEN is `8080`, but must be an address and a port, like 127.0.0.1:8080");
        for (name, value) in [
            ("PORCHLIGHT_PUBLIC_URL", "talk.example.org"),
            ("PORCHLIGHT_RATE_LIMIT", "maybe"),
            ("PORCHLIGHT_TRUSTED_PROXIES", "10.0.0.0/40"),
            ("PORCHLIGHT_MAIL_URL", "http://mail"),
            ("PORCHLIGHT_SECRET", "short"),
            ("PORCHLIGHT_DATABASE_URL", "mysql://x"),
        ] {
            assert!(parse(&[(name, value)]).unwrap_err().to_string().starts_with(name));
        }
        assert!(parse(&[("PORCHLIGHT_DATABASE_URL", "postgres://x")]).is_err(), "PostgreSQL needs a secret");
    }

    #[test]
    fn address_ranges() {
        let inside = |net: &str, ip: &str| Network::parse(net).unwrap().contains(ip.parse().unwrap());
        assert!(inside("10.0.0.0/8", "10.200.3.4"));
        assert!(!inside("10.0.0.0/8", "11.0.0.1"));
        assert!(inside("192.0.2.7", "192.0.2.7"));
        assert!(inside("0.0.0.0/0", "8.8.8.8"));
        assert!(inside("2001:db8::/32", "2001:db8:1::1"));
        assert!(inside("127.0.0.1", "::ffff:127.0.0.1"));
    }
}
