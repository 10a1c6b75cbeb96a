// Lighting
