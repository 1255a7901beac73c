//! Mouse events, in the three encodings that terminals have for them.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// `0;3;2M` after `<` (SGR, mode 1006): a release has a final byte of its own.
pub(super) fn sgr(text: &str, released: bool) -> Option<MouseEvent> {
    let [buttons, column, row] = numbers(text)?;
    let mut event = event(u8::try_from(buttons).ok()?, column, row)?;
    if let (MouseEventKind::Down(button), true) = (event.kind, released) {
        event.kind = MouseEventKind::Up(button);
    }
    Some(event)
}

/// `32;3;2M` (rxvt, mode 1015).
pub(super) fn rxvt(text: &str) -> Option<MouseEvent> {
    let [buttons, column, row] = numbers(text)?;
    event(u8::try_from(buttons).ok()?.checked_sub(32)?, column, row)
}

/// Three bytes (X10), as a terminal sends them that knows mode 1000 alone.
pub(super) fn in_bytes(buttons: u8, column: u8, row: u8) -> Option<MouseEvent> {
    let less = |byte: u8| byte.checked_sub(32);
    event(less(buttons)?, less(column)?.into(), less(row)?.into())
}

fn numbers(text: &str) -> Option<[u16; 3]> {
    let mut numbers = text.split(';');
    let mut next = || numbers.next()?.parse().ok();
    Some([next()?, next()?, next()?])
}

/// The event of a byte that has the button in the bits 0, 1, 6 and 7, the modifiers in 2 to 4, and motion in 5. Columns and
/// rows are counted from 1.
fn event(bits: u8, column: u16, row: u16) -> Option<MouseEvent> {
    const BUTTONS: [MouseButton; 3] = [MouseButton::Left, MouseButton::Middle, MouseButton::Right];
    let button = bits & 0b11 | (bits & 0b1100_0000) >> 4;
    let moved = bits & 0b10_0000 != 0;
    let kind = match (button, BUTTONS.get(usize::from(button))) {
        (_, Some(button)) if moved => MouseEventKind::Drag(*button),
        (_, Some(button)) => MouseEventKind::Down(*button),
        (3..=5, None) if moved => MouseEventKind::Moved,
        // Which one was released is not told in this encoding.
        (3, None) => MouseEventKind::Up(MouseButton::Left),
        (4, None) => MouseEventKind::ScrollUp,
        (5, None) => MouseEventKind::ScrollDown,
        (6, None) if !moved => MouseEventKind::ScrollLeft,
        (7, None) if !moved => MouseEventKind::ScrollRight,
        _ => return None,
    };
    let mut modifiers = KeyModifiers::NONE;
    modifiers.set(KeyModifiers::SHIFT, bits & 0b100 != 0);
    modifiers.set(KeyModifiers::ALT, bits & 0b1000 != 0);
    modifiers.set(KeyModifiers::CONTROL, bits & 0b1_0000 != 0);
    Some(MouseEvent { kind, column: column.checked_sub(1)?, row: row.checked_sub(1)?, modifiers })
}
