//! The picture that stands for a link on a social page: 1200 × 630, from name, colour and topic.

use crate::brand;
use ab_glyph::{Font, FontRef, Glyph, PxScale, ScaleFont, point};
use image::{ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Size that Open Graph and Twitter cards ask for, in pixels.
pub const SIZE: (u32, u32) = (1_200, 630);
const MARGIN: f32 = 90.0;

/// Draws the card as PNG.
///
/// # Errors
/// Never in practice: the font and the encoder are part of the program.
pub fn draw(district: &str, headline: &str, line: &str, accent: &str) -> anyhow::Result<Vec<u8>> {
    let font = FontRef::try_from_slice(epaint_default_fonts::UBUNTU_LIGHT)?;
    let background = Rgb(brand::rgb(accent));
    let ink = if brand::text_on(accent) == "#ffffff" { Rgb([255, 255, 255]) } else { Rgb([20, 18, 16]) };
    let mut card = RgbImage::from_pixel(SIZE.0, SIZE.1, background);
    lamp(&mut card, ink);
    let width = SIZE.0 as f32 - 2.0 * MARGIN;
    text(&mut card, &font, district, 38.0, MARGIN + 78.0, 128.0, ink);
    let mut top = 270.0;
    for part in wrap(&font, headline, 82.0, width, 3) {
        text(&mut card, &font, &part, 82.0, MARGIN, top, ink);
        top += 96.0;
    }
    for part in wrap(&font, line, 38.0, width, 2) {
        text(&mut card, &font, &part, 38.0, MARGIN, top, ink);
        top += 50.0;
    }
    let mut out = Cursor::new(Vec::new());
    card.write_to(&mut out, ImageFormat::Png)?;
    Ok(out.into_inner())
}

/// A small porch lamp: roof, glass, light.
fn lamp(card: &mut RgbImage, ink: Rgb<u8>) {
    let (x, y) = (MARGIN as u32, 84);
    for dy in 0..14 {
        for dx in (14 - dy)..(34 + dy) {
            card.put_pixel(x + dx, y + dy, ink);
        }
    }
    for dy in 18..52 {
        for dx in 8..40 {
            let edge = !(11..37).contains(&dx) || dy >= 49;
            let (cx, cy) = (dx as i32 - 24, dy as i32 - 34);
            if edge || cx * cx + cy * cy < 81 {
                card.put_pixel(x + dx, y + dy, ink);
            }
        }
    }
}

/// Breaks at words so that each line fits; what does not fit in `most` lines ends in an ellipsis.
fn wrap(font: &FontRef<'_>, text: &str, size: f32, width: f32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let longer = lines.last().map(|line| format!("{line} {word}"));
        match longer {
            Some(longer) if measure(font, &longer, size) <= width => {
                if let Some(line) = lines.last_mut() {
                    *line = longer;
                }
            }
            _ if lines.len() == most => {
                if let Some(line) = lines.last_mut() {
                    line.push('…');
                }
                break;
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn measure(font: &FontRef<'_>, text: &str, size: f32) -> f32 {
    let scaled = font.as_scaled(PxScale::from(size));
    text.chars().map(|c| scaled.h_advance(font.glyph_id(c))).sum()
}

/// Draws one line with its base line at `bottom`.
fn text(card: &mut RgbImage, font: &FontRef<'_>, text: &str, size: f32, left: f32, bottom: f32, ink: Rgb<u8>) {
    let scaled = font.as_scaled(PxScale::from(size));
    let mut x = left;
    for c in text.chars() {
        let id = font.glyph_id(c);
        let glyph: Glyph = id.with_scale_and_position(size, point(x, bottom));
        x += scaled.h_advance(id);
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let bounds = outline.px_bounds();
        outline.draw(|dx, dy, coverage| {
            let (px, py) = (bounds.min.x as i64 + i64::from(dx), bounds.min.y as i64 + i64::from(dy));
            let inside = (0..i64::from(card.width())).contains(&px) && (0..i64::from(card.height())).contains(&py);
            if let (true, Ok(px), Ok(py)) = (inside, u32::try_from(px), u32::try_from(py)) {
                let under = card.get_pixel(px, py).0;
                let mix = |a: u8, b: u8| (f32::from(a) * coverage + f32::from(b) * (1.0 - coverage)).round() as u8;
                card.put_pixel(px, py, Rgb([mix(ink.0[0], under[0]), mix(ink.0[1], under[1]), mix(ink.0[2], under[2])]));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn any_name_makes_a_card() {
        for name in ["", "Transporte o autobús", &"long ".repeat(80), "😀 مدرسة"] {
            let png = super::draw(name, name, name, "#b3261e").unwrap();
            assert_eq!(image::load_from_memory(&png).unwrap().width(), 1_200);
        }
    }
}
