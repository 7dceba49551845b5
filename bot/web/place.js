/* Where the phone is, if it may be said. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation || window.isSecureContext === false) {
      reject(new Error("failed"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      (found) => resolve({ lat: found.coords.latitude, lon: found.coords.longitude }),
      (error) => reject(new Error(error.code === 1 ? "denied" : "failed")),
      { enableHighAccuracy: true, timeout: 12000, maximumAge: 60000 },
    );
  });
}
