//! `termios`: control of terminals.

use pyrsc_core::bytes::Bytes;
use pyrsc_core::exception::Exception;
use pyrsc_core::list::List;
use pyrsc_core::object::Object;
use pyrsc_core::owned::{Owned, Raised, Result};
use pyrsc_core::str::Str;
use pyrsc_core::type_object::Class;
use pyrsc_core::{gil, int, iteration, type_error};
use pyrsc_macros::pymodule;

use crate::exception_class::ExceptionClass;
use crate::io::system;
use crate::libc_numbers;
use crate::numbers::descriptor_of;

static ERROR: ExceptionClass =
    ExceptionClass::new("termios", "error", || Ok(Exception::type_object().to_owned()));

const NUMBERS: &[(&str, i64)] = libc_numbers! {
    B0 B110 B115200 B1200 B134 B150 B1800 B19200 B200 B230400 B2400 B300 B38400 B460800 B4800 B50 B500000 B57600 B576000
    B600 B75 B921600 B9600 B1000000 B1152000 B1500000 B2000000 B2500000 B3000000 B3500000 B4000000
    BRKINT BS0 BS1 BSDLY BUFSIZ CBAUD CBAUDEX CLOCAL CR0 CR1 CR2 CR3 CRDLY CREAD CRTSCTS CS5 CS6 CS7 CS8 CSIZE CSTOPB
    ECHO ECHOCTL ECHOE ECHOK ECHOKE ECHONL ECHOPRT EXTA EXTB EXTPROC FF0 FF1 FFDLY FIOASYNC FIOCLEX FIONBIO FIONCLEX
    FIONREAD FLUSHO HUPCL ICANON ICRNL IEXTEN IGNBRK IGNCR IGNPAR IMAXBEL INLCR INPCK ISIG ISTRIP IUCLC IUTF8 IXANY
    IXOFF IXON NCCS NL0 NL1 NLDLY NOFLSH OCRNL OFDEL OFILL OLCUC ONLCR ONLRET ONOCR OPOST PARENB PARMRK PARODD PENDIN
    TAB0 TAB1 TAB2 TAB3 TABDLY TCGETA TCGETS TCIFLUSH TCIOFF TCIOFLUSH TCION TCOFLUSH TCOOFF TCOON TCSADRAIN TCSAFLUSH
    TCSANOW TCSBRK TCSBRKP TCSETA TCSETAF TCSETAW TCSETS TCSETSF TCSETSW TCXONC TIOCCONS TIOCEXCL TIOCGETD TIOCGICOUNT
    TIOCGLCKTRMIOS TIOCGPGRP TIOCGSERIAL TIOCGSOFTCAR TIOCGWINSZ TIOCINQ TIOCLINUX TIOCMBIC TIOCMBIS TIOCMGET
    TIOCMIWAIT TIOCMSET TIOCM_CAR TIOCM_CD TIOCM_CTS TIOCM_DSR TIOCM_DTR TIOCM_LE TIOCM_RI TIOCM_RNG TIOCM_RTS TIOCM_SR
    TIOCM_ST TIOCNOTTY TIOCNXCL TIOCOUTQ TIOCPKT
        TIOCSCTTY TIOCSERCONFIG TIOCSERGETLSR
    TIOCSERGETMULTI TIOCSERGSTRUCT TIOCSERGWILD TIOCSERSETMULTI TIOCSERSWILD  TIOCSETD TIOCSLCKTRMIOS
    TIOCSPGRP TIOCSSERIAL TIOCSSOFTCAR TIOCSTI TIOCSWINSZ TOSTOP VDISCARD VEOF VEOL VEOL2 VERASE
    VINTR VKILL VLNEXT VMIN VQUIT VREPRINT VSTART VSTOP VSUSP VSWTC VT0 VT1 VTDLY VTIME VWERASE XCASE XTABS
};

/// Characters of `sys/ttydefaults.h` and names that are only in C.
const MORE_NUMBERS: &[(&str, i64)] = &[
    ("TIOCPKT_DATA", 0),
    ("TIOCPKT_DOSTOP", 32),
    ("TIOCPKT_FLUSHREAD", 1),
    ("TIOCPKT_FLUSHWRITE", 2),
    ("TIOCPKT_NOSTOP", 16),
    ("TIOCPKT_START", 8),
    ("TIOCPKT_STOP", 4),
    ("CDSUSP", 25),
    ("CEOF", 4),
    ("CEOL", 0),
    ("CEOL2", 0),
    ("CERASE", 127),
    ("CESC", 92),
    ("CFLUSH", 15),
    ("CIBAUD", 0o2003600000),
    ("CINTR", 3),
    ("CKILL", 21),
    ("CLNEXT", 22),
    ("CNUL", 0),
    ("CQUIT", 28),
    ("CRPRNT", 18),
    ("CSTART", 17),
    ("CSTOP", 19),
    ("CSUSP", 26),
    ("CSWTCH", 0),
    ("CWERASE", 23),
    ("INIT_C_CC", 0),
    ("IOCSIZE_MASK", 0x3fff_0000),
    ("IOCSIZE_SHIFT", 16),
    ("NCC", 8),
    ("NSWTCH", 0),
    ("N_MOUSE", 2),
    ("N_PPP", 3),
    ("N_SLIP", 1),
    ("N_STRIP", 4),
    ("N_TTY", 0),
    ("TCFLSH", 0x540b),
    ("TIOCSER_TEMT", 1),
    ("TIOCTTYGSTRUCT", 0x5426),
    ("VSWTCH", 7),
];

/// Raises `termios.error` of the last system error.
fn last_error() -> Raised {
    raise(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

fn raise(number: i32) -> Raised {
    let text = std::io::Error::from_raw_os_error(number).to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    ERROR.raise_with(&[int::from_i64(i64::from(number)), Str::new(text).into_owned()])
}

fn attributes_of(descriptor: i32) -> Result<libc::termios> {
    let mut mode = std::mem::MaybeUninit::<libc::termios>::zeroed();
    // SAFETY: the target is a local of the right type.
    if unsafe { libc::tcgetattr(descriptor, mode.as_mut_ptr()) } < 0 {
        return Err(last_error());
    }
    // SAFETY: filled in by the call.
    Ok(unsafe { mode.assume_init() })
}

fn flags(object: &Object) -> Result<libc::tcflag_t> {
    Ok(int::index_i64(object)? as libc::tcflag_t)
}

/// Runs a call that fails with `termios.error`.
fn check(call: impl Fn() -> i32) -> Result<()> {
    loop {
        match system::once(|| call() as isize) {
            Ok(_) => return Ok(()),
            Err(libc::EINTR) => gil::check_signals()?,
            Err(number) => return Err(raise(number)),
        }
    }
}

fn size_of_window(descriptor: i32) -> Result<libc::winsize> {
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: the target is a local.
    if unsafe { libc::ioctl(descriptor, libc::TIOCGWINSZ, &raw mut size) } < 0 {
        return Err(last_error());
    }
    Ok(size)
}

#[pymodule(
    name = "termios",
    doc = "This module provides an interface to the Posix calls for tty I/O control.\n\nFor a complete description of these calls, see the Posix or Unix manual\npages. It is only available for those Unix versions that support Posix\ntermios style tty I/O control.\n\nAll functions in this module take a file descriptor fd as their first\nargument. This can be an integer file descriptor, such as returned by\nsys.stdin.fileno(), or a file object, such as sys.stdin itself."
)]
mod module {
    use super::*;

    #[attribute]
    fn error() -> Result {
        ERROR.get()
    }

    #[pyfunction(signature = "(fd, /)")]
    fn tcgetattr(fd: &Object) -> Result {
        let mode = attributes_of(descriptor_of(fd)?)?;
        // SAFETY: plain reads of what `tcgetattr` filled in.
        let (input, output) = unsafe { (libc::cfgetispeed(&mode), libc::cfgetospeed(&mode)) };
        let canonical = mode.c_lflag & libc::ICANON != 0;
        let characters: Vec<Owned> = mode
            .c_cc
            .iter()
            .enumerate()
            .map(|(index, &character)| {
                // Without line editing these two are counts.
                if !canonical && (index == libc::VMIN || index == libc::VTIME) {
                    Owned::small_int(i64::from(character))
                } else {
                    Bytes::new(&[character]).into_owned()
                }
            })
            .collect();
        let mut parts: Vec<Owned> = [mode.c_iflag, mode.c_oflag, mode.c_cflag, mode.c_lflag, input, output]
            .map(|number| int::from_i64(i64::from(number)))
            .into();
        parts.push(List::from_vec(characters).into_owned());
        Ok(List::from_vec(parts).into_owned())
    }

    #[pyfunction(signature = "(fd, when, attributes, /)")]
    fn tcsetattr(fd: &Object, when: i32, attributes: &Object) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        if !attributes.is_instance_of::<List>() {
            return Err(type_error!("tcsetattr, arg 3: must be 7 element list"));
        }
        let parts = iteration::collect(attributes)?;
        let [input_flags, output_flags, control_flags, local_flags, input, output, characters] =
            parts.as_slice()
        else {
            return Err(type_error!("tcsetattr, arg 3: must be 7 element list"));
        };
        let mut mode = attributes_of(descriptor)?;
        mode.c_iflag = flags(input_flags)?;
        mode.c_oflag = flags(output_flags)?;
        mode.c_cflag = flags(control_flags)?;
        mode.c_lflag = flags(local_flags)?;
        let (input, output) = (flags(input)?, flags(output)?);
        let wrong = || type_error!("tcsetattr: attributes[6] must be {} element list", libc::NCCS);
        if !characters.is_instance_of::<List>() {
            return Err(wrong());
        }
        let characters = iteration::collect(characters)?;
        if characters.len() != mode.c_cc.len() {
            return Err(wrong());
        }
        for (place, character) in mode.c_cc.iter_mut().zip(&characters) {
            *place = match character.downcast::<Bytes>() {
                Some(bytes) if bytes.len() == 1 => bytes.as_slice()[0],
                _ if int::is_int(character) => int::index_i64(character)? as u8,
                _ => {
                    return Err(type_error!(
                        "tcsetattr: elements of attributes must be characters or integers"
                    ));
                }
            };
        }
        // SAFETY: the mode is a local.
        unsafe {
            if libc::cfsetispeed(&raw mut mode, input) < 0 || libc::cfsetospeed(&raw mut mode, output) < 0 {
                return Err(last_error());
            }
        }
        let address = &raw const mode as usize;
        // SAFETY: the mode is a local.
        check(|| unsafe { libc::tcsetattr(descriptor, when, address as *const libc::termios) })
    }

    #[pyfunction(signature = "(fd, duration, /)")]
    fn tcsendbreak(fd: &Object, duration: i32) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        // SAFETY: no memory is passed.
        check(|| unsafe { libc::tcsendbreak(descriptor, duration) })
    }

    #[pyfunction(signature = "(fd, /)")]
    fn tcdrain(fd: &Object) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        // SAFETY: no memory is passed.
        check(|| unsafe { libc::tcdrain(descriptor) })
    }

    #[pyfunction(signature = "(fd, queue, /)")]
    fn tcflush(fd: &Object, queue: i32) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        // SAFETY: no memory is passed.
        check(|| unsafe { libc::tcflush(descriptor, queue) })
    }

    #[pyfunction(signature = "(fd, action, /)")]
    fn tcflow(fd: &Object, action: i32) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        // SAFETY: no memory is passed.
        check(|| unsafe { libc::tcflow(descriptor, action) })
    }

    #[pyfunction(signature = "(fd, /)")]
    fn tcgetwinsize(fd: &Object) -> Result<(i64, i64)> {
        let size = size_of_window(descriptor_of(fd)?)?;
        Ok((i64::from(size.ws_row), i64::from(size.ws_col)))
    }

    #[pyfunction(signature = "(fd, winsize, /)")]
    fn tcsetwinsize(fd: &Object, winsize: &Object) -> Result<()> {
        let descriptor = descriptor_of(fd)?;
        let parts = iteration::collect(winsize)?;
        let [rows, columns] = parts.as_slice() else {
            return Err(type_error!("tcsetwinsize, arg 2: must be a two-item sequence"));
        };
        let number = |object: &Object| -> Result<u16> {
            u16::try_from(int::index_i64(object)?)
                .map_err(|_| pyrsc_core::overflow_error!("winsize value(s) out of range."))
        };
        let mut size = size_of_window(descriptor)?;
        size.ws_row = number(rows)?;
        size.ws_col = number(columns)?;
        let address = &raw const size as usize;
        // SAFETY: the size is a local.
        check(|| unsafe { libc::ioctl(descriptor, libc::TIOCSWINSZ, address as *const libc::winsize) })
    }

    #[init]
    fn init(module: &Object) -> Result<()> {
        crate::numbers::add_to(module, NUMBERS)?;
        crate::numbers::add_to(module, MORE_NUMBERS)
    }
}
