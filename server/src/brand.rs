//! One colour from the district, everything else computed until it can be read.
//!
//! Sources: Björn Ottosson's OKLab; WCAG 2.2, contrast ratio (success criterion 1.4.3).

/// Linear-light sRGB, each 0 to 1.
type Rgb = [f64; 3];

/// Lightness 0–1, chroma, hue in radians.
#[derive(Debug, Clone, Copy)]
struct Oklch {
    l: f64,
    c: f64,
    h: f64,
}

/// Least contrast of text, WCAG AA.
const TEXT: f64 = 4.5;
const LIGHT_SURFACE: &str = "#fffdfa";
const DARK_SURFACE: &str = "#1c1a17";

/// The style sheet that sets the accent's custom properties, for light and dark.
///
/// `accent` is `#rrggbb`; anything else gives the default teal.
pub fn theme(accent: &str) -> String {
    let base = parse(accent).or_else(|| parse("#0f6b6b")).unwrap_or([0.0; 3]);
    let (light, dark) = (variables(base, LIGHT_SURFACE, false), variables(base, DARK_SURFACE, true));
    format!(":root,:host{{{light}}}@media (prefers-color-scheme:dark){{:root,:host{{{dark}}}}}")
}

fn variables(base: Rgb, surface: &str, dark: bool) -> String {
    let surface = parse(surface).unwrap_or([1.0; 3]);
    let towards = if dark { 0.01 } else { -0.01 };
    // A button must stand out from its surface (3:1, WCAG 1.4.11) and carry words (4.5:1).
    let accent = shift_until(base, towards, |c| contrast(c, surface) >= 3.0);
    let on = readable_on(accent);
    let hover = shift(accent, if on == [1.0; 3] { -0.05 } else { 0.05 });
    let active = shift(accent, if on == [1.0; 3] { -0.09 } else { 0.09 });
    let tint = with_lightness(base, if dark { 0.27 } else { 0.955 }, if dark { 0.04 } else { 0.02 });
    let text = shift_until(base, towards, |c| contrast(c, surface) >= TEXT && contrast(c, tint) >= TEXT);
    [
        ("accent", accent),
        ("accent-hover", hover),
        ("accent-active", active),
        ("on-accent", on),
        ("accent-text", text),
        ("accent-tint", tint),
    ]
    .map(|(name, colour)| format!("--{name}:{};", hex(colour)))
    .concat()
}

/// White where it can be read, else black: one of the two always has 4.5:1.
fn readable_on(background: Rgb) -> Rgb {
    if contrast([1.0; 3], background) >= TEXT { [1.0; 3] } else { [0.0; 3] }
}

/// Black or white for text on `#rrggbb`.
pub fn text_on(background: &str) -> &'static str {
    if readable_on(parse(background).unwrap_or([0.0; 3])) == [1.0; 3] { "#ffffff" } else { "#000000" }
}

/// The accent, darkened until it can be read on white: for mail, which has no dark side of ours.
pub fn on_white(accent: &str) -> String {
    let base = parse(accent).or_else(|| parse("#0f6b6b")).unwrap_or([0.0; 3]);
    hex(shift_until(base, -0.01, |c| contrast(c, [1.0; 3]) >= TEXT))
}

fn shift_until(colour: Rgb, step: f64, good: impl Fn(Rgb) -> bool) -> Rgb {
    let mut found = colour;
    for n in 0..100 {
        if good(found) {
            break;
        }
        found = shift(colour, step * f64::from(n + 1));
    }
    found
}

fn shift(colour: Rgb, by: f64) -> Rgb {
    let lch = to_oklch(colour);
    from_oklch(Oklch { l: (lch.l + by).clamp(0.0, 1.0), ..lch })
}

fn with_lightness(colour: Rgb, l: f64, most_chroma: f64) -> Rgb {
    let lch = to_oklch(colour);
    from_oklch(Oklch { l, c: lch.c.min(most_chroma), h: lch.h })
}

fn contrast(a: Rgb, b: Rgb) -> f64 {
    let luminance = |c: Rgb| 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

fn to_oklch(c: Rgb) -> Oklch {
    let l = (0.412_221_470_8 * c[0] + 0.536_332_536_3 * c[1] + 0.051_445_992_9 * c[2]).cbrt();
    let m = (0.211_903_498_2 * c[0] + 0.680_699_545_1 * c[1] + 0.107_396_956_6 * c[2]).cbrt();
    let s = (0.088_302_461_9 * c[0] + 0.281_718_837_6 * c[1] + 0.629_978_700_5 * c[2]).cbrt();
    let lightness = 0.210_454_255_3 * l + 0.793_617_785 * m - 0.004_072_046_8 * s;
    let a = 1.977_998_495_1 * l - 2.428_592_205 * m + 0.450_593_709_9 * s;
    let b = 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766 * s;
    Oklch { l: lightness, c: a.hypot(b), h: b.atan2(a) }
}

/// Chroma is lowered until the colour exists in sRGB.
fn from_oklch(mut colour: Oklch) -> Rgb {
    for _ in 0..50 {
        let rgb = linear(colour);
        if rgb.iter().all(|v| (-0.000_5..=1.000_5).contains(v)) {
            return rgb.map(|v| v.clamp(0.0, 1.0));
        }
        colour.c *= 0.9;
    }
    linear(Oklch { c: 0.0, ..colour }).map(|v| v.clamp(0.0, 1.0))
}

fn linear(colour: Oklch) -> Rgb {
    let (a, b) = (colour.c * colour.h.cos(), colour.c * colour.h.sin());
    let l = (colour.l + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (colour.l - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (colour.l - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701 * s,
    ]
}

fn parse(text: &str) -> Option<Rgb> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.is_ascii())?;
    let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok().map(|v| to_linear(f64::from(v) / 255.0));
    Some([channel(0)?, channel(2)?, channel(4)?])
}

fn to_linear(v: f64) -> f64 {
    if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
}

fn hex(colour: Rgb) -> String {
    let [r, g, b] = bytes(colour);
    format!("#{r:02x}{g:02x}{b:02x}")
}

fn bytes(colour: Rgb) -> [u8; 3] {
    colour.map(|v| {
        let encoded = if v <= 0.003_130_8 { v * 12.92 } else { 1.055 * v.powf(1.0 / 2.4) - 0.055 };
        (encoded * 255.0).round().clamp(0.0, 255.0) as u8
    })
}

/// The three bytes of `#rrggbb`, or of the default accent.
pub fn rgb(text: &str) -> [u8; 3] {
    bytes(parse(text).unwrap_or([0.005, 0.147, 0.147]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(css: &str, name: &str) -> Rgb {
        let at = css.find(&format!("--{name}:")).unwrap() + name.len() + 3;
        parse(&css[at..at + 7]).unwrap()
    }

    #[test]
    fn every_colour_can_be_read_in_light_and_dark() {
        for accent in
            ["#0f6b6b", "#ffff00", "#ffffff", "#000000", "#b3261e", "#7f7f7f", "#00ff00", "#0000ff", "#ffb6c1", "nonsense"]
        {
            let css = theme(accent);
            let (light, dark) = css.split_once("@media").unwrap();
            for (css, surface) in [(light, LIGHT_SURFACE), (dark, DARK_SURFACE)] {
                let on = value(css, "on-accent");
                for background in ["accent", "accent-hover", "accent-active"] {
                    assert!(contrast(on, value(css, background)) >= 4.4, "{accent}: {background} in {css}");
                }
                assert!(contrast(value(css, "accent-text"), parse(surface).unwrap()) >= 4.4, "{accent} {css}");
                assert!(contrast(value(css, "accent-text"), value(css, "accent-tint")) >= 4.4, "{accent} {css}");
            }
        }
    }

    #[test]
    fn colours_survive_the_round_trip() {
        for colour in ["#0f6b6b", "#b3261e", "#123456", "#fedcba"] {
            assert_eq!(hex(from_oklch(to_oklch(parse(colour).unwrap()))), colour);
        }
    }
}
