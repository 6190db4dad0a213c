//! Distinguishes a camera from software that imitates one: the signed result must say which.

use super::node::{Capability, Device};
use vouch_contract::source::SourceKind;

/// Drivers (names as in `VIDIOC_QUERYCAP`, compared as a prefix without case) whose pictures come
/// from software, with the reason for each.
const VIRTUAL_DRIVERS: &[(&str, &str)] = &[
    ("v4l2 loopback", "v4l2loopback: any program writes the frames"),
    ("v4l2loopback", "v4l2loopback, older and forked spellings"),
    ("droidcam", "v4l2loopback's fork of a phone-as-webcam program"),
    ("akvcam", "the kernel module of Webcamoid's virtual camera"),
    ("vivid", "the kernel's test-pattern driver"),
    ("vimc", "the kernel's virtual media controller"),
    ("vim2m", "the kernel's virtual memory-to-memory device"),
    ("vicodec", "the kernel's virtual codec"),
    ("visl", "the kernel's virtual stateless decoder"),
    ("vcam", "out-of-tree test drivers of that name"),
    ("virtio", "a virtual machine's device: the host feeds it"),
];

/// Parts of a bus name or `/sys` path which mean that the hardware behind a real driver is itself
/// simulated.
const VIRTUAL_PLACES: &[(&str, &str)] = &[
    ("vhci_hcd", "usbip: a USB device played over the network"),
    ("dummy_hcd", "a USB gadget of this same machine, played by a program"),
    ("v4l2loopback", "v4l2loopback behind a renamed driver string"),
    ("vivid", "the kernel's test-pattern driver"),
    ("/devices/virtual/", "a device without hardware behind it"),
];

/// The kind of a V4L2 device.
/// The kind of a V4L2 device: a camera, or a virtual camera.
///
/// `driver` and `bus` are as reported by the driver; `place` is the device's resolved path in
/// `/sys` (`/sys/devices/pci0000:00/…`). A device with an unknown path counts as virtual, because a
/// check that can't be made must not pass. Anything else not known to be software counts as a
/// camera. Someone with root can load a driver under any name, so this list catches the common
/// cases and proves nothing.
pub fn kind_of(driver: &str, bus: &str, place: Option<&str>) -> SourceKind {
    let driver = driver.to_ascii_lowercase();
    let by_driver = VIRTUAL_DRIVERS.iter().any(|(name, _)| driver.starts_with(name));
    let is_virtual = |told: &str| VIRTUAL_PLACES.iter().any(|(part, _)| told.contains(part));
    let by_place = is_virtual(bus) || place.is_none_or(is_virtual);
    if by_driver || by_place { SourceKind::VirtualCamera } else { SourceKind::Camera }
}

/// The kind of an open device. If its path in `/sys` can't be looked up, that is logged.
pub(super) fn kind_of_open(device: &Device, capability: &Capability) -> SourceKind {
    let place = device.place();
    if let Err(error) = &place {
        tracing::warn!(
            %error,
            driver = capability.driver,
            card = capability.card,
            "this camera's path in /sys is unknown, so it counts as a virtual camera; mount /sys where \
             Vouch runs"
        );
    }
    kind_of(&capability.driver, &capability.bus, place.ok().as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: Option<&str> =
        Some("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/video4linux/video0");

    #[test]
    fn a_device_of_unknown_place_is_not_a_real_camera() {
        assert_eq!(kind_of("uvcvideo", "usb-0000:00:14.0-1", REAL), SourceKind::Camera);
        assert_eq!(kind_of("uvcvideo", "usb-0000:00:14.0-1", None), SourceKind::VirtualCamera);
    }

    #[test]
    fn software_cameras_are_told_from_real_ones() {
        let kind = |driver, bus, place| kind_of(driver, bus, place);
        for (driver, bus, place) in [
            ("v4l2 loopback", "platform:v4l2loopback-000", REAL),
            ("vivid", "platform:vivid-000", REAL),
            ("vimc", "platform:vimc", REAL),
            ("uvcvideo", "usb-vhci_hcd.0-1", REAL),
            ("uvcvideo", "usb-dummy_hcd.0-1", REAL),
            ("mycamera", "platform:mycamera", Some("/sys/devices/virtual/video4linux/video0")),
            (
                "uvcvideo",
                "usb-1",
                Some("/sys/devices/platform/vhci_hcd.0/usb3/3-1/3-1:1.0/video4linux/video0"),
            ),
        ] {
            assert_eq!(kind(driver, bus, place), SourceKind::VirtualCamera, "{driver}");
        }
        for (driver, bus, place) in [
            ("uvcvideo", "usb-0000:00:14.0-1", REAL),
            ("rkisp_v6", "platform:rkisp-vir0", Some("/sys/devices/platform/rkisp-vir0/video4linux/video11")),
            (
                "unicam",
                "platform:fe801000.csi",
                Some("/sys/devices/platform/soc/fe801000.csi/video4linux/video0"),
            ),
        ] {
            assert_eq!(kind(driver, bus, place), SourceKind::Camera, "{driver}");
        }
    }
}
