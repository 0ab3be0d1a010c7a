// Where the phone is, asked only when somebody taps for it.

const PATIENCE_MS = 8000;
const REFUSED = { title: "没有收到位置", detail: "请在手机设置里允许定位，再点一次；或改用现场的签到码。" };

function asked(patience) {
  return new Promise((found, failed) => {
    if (!navigator.geolocation) failed(new Error("no position"));
    else navigator.geolocation.getCurrentPosition(found, failed, { timeout: patience, enableHighAccuracy: true });
  });
}

export async function whereAmI() {
  const { coords } = await asked(PATIENCE_MS).catch(() => { throw Object.assign(new Error("position"), REFUSED); });
  return { longitude: coords.longitude, latitude: coords.latitude, accuracy_m: coords.accuracy };
}

// Nothing must wait for a position that does not come: a cry for help goes off without one.
export async function perhapsHere(patience = 2000) {
  const found = await asked(patience).catch(() => null);
  return found ? { longitude: found.coords.longitude, latitude: found.coords.latitude } : {};
}
