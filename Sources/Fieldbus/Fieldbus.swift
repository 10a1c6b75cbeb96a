// SPDX-License-Identifier: EUPL-1.2

// Fieldbus is the only room that knows bytes from devices: it turns frames into readings and orders into frames.
//
//   MQTT/       the codec of MQTT 3.1.1 and 5: bytes in, packets out; pure, bounded, no input or output
//   Readings/   what stands in a payload: JSON readings, the packed binary form, receipts, link states; pure
//   Listener/   our own MQTT listener, to which gateways connect (docs/decisions/0003-own-mqtt-listener.md)
//   Broker/     the client of a broker that a city already has
//
// Everything that arrives here is hostile until a scanner has looked at it. A wrong byte is counted by reason and answered as the
// standard says; it never traps. What belongs elsewhere: what a reading means (the desks), whether it is late or a duplicate
// (Watch), where it is kept (Journal).
