//! Photos from a phone: what leaves it, and how it gets through on a bad line.

use crate::networks::Bus;
use porchlight_tests::browser::{Brand, Browser, Look, PHONE};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the photo was taken, as cameras write it.
const PLACE: &[u8] = b"47.6062 N 122.3321 W, Elm St 12";

/// A photo as a phone takes it, twelve megabytes or so of detail, with the place in its EXIF part.
fn photo(folder: &Path, name: &str, width: u32, height: u32) -> PathBuf {
    let mut seed = 7_u32;
    let picture = image::RgbImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, r, g, b] = seed.to_be_bytes();
        image::Rgb([r, g, b])
    });
    let mut jpeg = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut jpeg, 85).encode_image(&picture).unwrap();
    // Behind the start marker: an application part with an EXIF head, whose one text is the place.
    let exif = [b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0".as_slice(), PLACE].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let file = folder.join(name);
    std::fs::write(&file, [&jpeg[..2], &[0xFF, 0xE1], &length, &exif, &jpeg[2..]].concat()).unwrap();
    file
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// What is kept below a folder and can be looked at.
fn pictures_below(folder: &Path) -> Vec<image::DynamicImage> {
    let paths = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let each = |path: PathBuf| {
        if path.is_dir() {
            return pictures_below(&path);
        }
        std::fs::read(path).ok().and_then(|bytes| image::load_from_memory(&bytes).ok()).into_iter().collect()
    };
    paths.flat_map(each).collect()
}

async fn at_the_photos(bus: &Bus, browser: &Browser) {
    browser.goto(&bus.page).await;
    browser.find("#l").await;
    let open = "Porchlight.open({ topic: 'transportation', prefill: { relationship: 'parent', kind: 'concern', road: 'Elm St', what_happened: 'The bus did not come.' } })";
    browser.run(open, Vec::new()).await;
    browser.find("#f-photos").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_place_of_a_photo_does_not_leave_the_phone() {
    let folder = tempfile::tempdir().unwrap();
    let photos = [photo(folder.path(), "one.jpg", 900, 700), photo(folder.path(), "two.jpg", 700, 900)];
    let planted = std::fs::read(&photos[0]).unwrap();
    assert!(holds(&planted, PLACE), "it is in the file");
    for brand in Brand::BOTH {
        println!("{brand:?}");
        let bus = Bus::ride().await;
        let browser = Browser::open(Look { brand, ..PHONE }).await;
        at_the_photos(&bus, &browser).await;
        browser.choose_files("#f-photos", &photos).await;
        for name in ["one.jpg", "two.jpg"] {
            browser.find_text(".attached button", &format!("Remove {name}")).await;
        }
        browser.gone(".attached progress").await;
        browser.gone(".attached progress").await;
        let carried = bus.line.carried();
        assert!(carried.len() > 100_000, "the photos came through");
        assert!(!holds(&carried, PLACE) && !holds(&carried, b"Exif"), "only the pictures did");
        assert!(!holds(&carried, b"one.jpg"), "nor their names");
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drawing_keeps_its_ground_and_a_long_screenshot_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let (drawing, screenshot) = (folder.path().join("drawing.png"), folder.path().join("screenshot.png"));
    // Grains at the left make it heavy; the rest can be seen through.
    let mut seed = 7_u32;
    let grains = image::RgbaImage::from_fn(800, 600, |x, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, r, g, b] = seed.to_be_bytes();
        image::Rgba(if x < 400 { [r, g, b, 255] } else { [0, 0, 0, 0] })
    });
    grains.save(&drawing).unwrap();
    image::RgbImage::from_pixel(1_080, 8_000, image::Rgb([240, 240, 240])).save(&screenshot).unwrap();
    assert!(std::fs::metadata(&drawing).unwrap().len() > 300_000, "too heavy to stay what it is");
    let bus = Bus::ride().await;
    let browser = Browser::open(PHONE).await;
    at_the_photos(&bus, &browser).await;
    browser.choose_files("#f-photos", &[&drawing, &screenshot]).await;
    browser.find_text(".attached button", "Remove screenshot.png").await;
    browser.gone(".attached progress").await;
    let pictures = pictures_below(&bus.app.data.path().join("files"));
    let drawing = pictures.iter().find(|picture| (picture.width(), picture.height()) == (800, 600)).expect("the drawing");
    assert!(drawing.to_rgb8().get_pixel(700, 300).0.iter().all(|part| *part > 240), "white, not black");
    assert!(pictures.iter().any(|picture| picture.width() > 700 && picture.height() > 5_500), "wide enough to be read");
    browser.close().await;
}

/// Twelve megabytes on a slow line that breaks in the middle: it goes on where it stopped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_photo_goes_on_where_the_line_broke() {
    let bus = Bus::ride().await;
    let folder = tempfile::tempdir().unwrap();
    let photo = photo(folder.path(), "large.jpg", 4_000, 3_000);
    let size = std::fs::metadata(&photo).unwrap().len();
    assert!(size > 12_000_000, "{size} bytes");
    let browser = Browser::open(PHONE).await;
    at_the_photos(&bus, &browser).await;
    bus.line.slow(400_000);
    browser.choose_files("#f-photos", &[&photo]).await;
    // Some pieces have arrived.
    let progress =
        "[...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.attached progress')).find(Boolean)";
    browser.until(&format!("({progress})?.value >= 20")).await;
    bus.line.cut(true);
    let before = bus.line.carried().len();
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(bus.line.carried().len() - before < 70_000, "nothing comes through any more");
    bus.line.mend();
    browser.until(&format!("({progress})?.value >= 45")).await;
    bus.line.cut(true);
    browser.find_text(".attached", "large.jpg is waiting for a connection.").await;
    bus.line.mend();
    browser.click_text(".attached button", "Try").await;
    browser.gone(".attached progress").await;
    browser.find_text(".attached button", "Remove large.jpg").await;
    let carried = bus.line.carried();
    let head = "upload-length: ";
    let text = String::from_utf8_lossy(&carried);
    let lengths: Vec<usize> =
        text.match_indices(head).filter_map(|(at, _)| text[at + head.len()..].split('\r').next()?.parse().ok()).collect();
    assert_eq!(lengths.len(), 1, "begun once: {lengths:?}");
    let ratio = carried.len() as f64 / lengths[0] as f64;
    println!("{size} bytes on the phone, {} to be sent, {} carried: {ratio:.2}", lengths[0], carried.len());
    assert!(ratio < 1.8, "{ratio:.2} times its bytes for two breaks");
    browser.close().await;
}

/// A phone's own format, which no browser but its own can show.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_format_that_nobody_can_open_is_refused_with_the_remedy() {
    let bus = Bus::ride().await;
    let folder = tempfile::tempdir().unwrap();
    let photo = folder.path().join("IMG_0042.heic");
    std::fs::write(&photo, [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[7; 3_000]].concat()).unwrap();
    for brand in Brand::BOTH {
        println!("{brand:?}");
        let browser = Browser::open(Look { brand, ..PHONE }).await;
        at_the_photos(&bus, &browser).await;
        browser.choose_files("#f-photos", &[&photo]).await;
        let said = "This kind of file is not accepted here. Please send one of these: JPEG, PNG";
        browser.wait_text(said).await;
        let live =
            "[...document.querySelectorAll('*')].map((e) => e.shadowRoot?.querySelector('.live')).find(Boolean).textContent";
        browser.until(&format!("{live}.includes('IMG_0042.heic')")).await;
        browser.shot("widget-heic").await;
        browser.close().await;
    }
}
