// SPDX-License-Identifier: EUPL-1.2

/// A commune as a fact of public record: INSEE code, name, inhabitants (municipal population 2024), area, centroid.
package struct CommuneFact: Sendable, Hashable {
    package var insee: String
    package var name: String
    package var inhabitants: Int
    package var squareKilometres: Double
    package var longitude: Double
    package var latitude: Double

    init(_ insee: String, _ name: String, _ inhabitants: Int, _ squareKilometres: Double, _ longitude: Double, _ latitude: Double) {
        (self.insee, self.name, self.inhabitants) = (insee, name, inhabitants)
        (self.squareKilometres, self.longitude, self.latitude) = (squareKilometres, longitude, latitude)
    }
}

/// The 23 communes of Dijon métropole, in the order of their INSEE codes.
package enum Communes {
    package static let all: [CommuneFact] = [
        CommuneFact("21003", "Ahuy", 1_584, 6.601, 5.02048, 47.37112),
        CommuneFact("21105", "Bressey-sur-Tille", 1_122, 7.324, 5.18389, 47.30865),
        CommuneFact("21106", "Bretenière", 912, 6.076, 5.10376, 47.2362),
        CommuneFact("21166", "Chenôve", 14_445, 7.434, 5.00491, 47.2926),
        CommuneFact("21171", "Chevigny-Saint-Sauveur", 10_944, 11.99, 5.13658, 47.29987),
        CommuneFact("21192", "Corcelles-les-Monts", 644, 14.586, 4.94198, 47.30387),
        CommuneFact("21223", "Daix", 1_529, 11.784, 4.96914, 47.3604),
        CommuneFact("21231", "Dijon", 159_346, 41.663, 5.03748, 47.32286),
        CommuneFact("21263", "Fénay", 1_697, 10.539, 5.05438, 47.24492),
        CommuneFact("21270", "Flavignerot", 223, 6.278, 4.91893, 47.27738),
        CommuneFact("21278", "Fontaine-lès-Dijon", 8_847, 4.455, 5.02456, 47.34737),
        CommuneFact("21315", "Hauteville-lès-Dijon", 1_217, 8.878, 4.98058, 47.37573),
        CommuneFact("21355", "Longvic", 8_676, 10.405, 5.0529, 47.28566),
        CommuneFact("21370", "Magny-sur-Tille", 883, 10.502, 5.17241, 47.27449),
        CommuneFact("21390", "Marsannay-la-Côte", 5_309, 12.807, 4.9845, 47.27916),
        CommuneFact("21452", "Neuilly-Crimolois", 3_146, 8.204, 5.11271, 47.27355),
        CommuneFact("21473", "Ouges", 1_604, 12.237, 5.07817, 47.26077),
        CommuneFact("21481", "Perrigny-lès-Dijon", 2_249, 6.704, 5.01976, 47.25786),
        CommuneFact("21485", "Plombières-lès-Dijon", 2_518, 14.967, 4.95098, 47.33836),
        CommuneFact("21515", "Quetigny", 8_869, 8.262, 5.11512, 47.31942),
        CommuneFact("21540", "Saint-Apollinaire", 7_490, 10.237, 5.09312, 47.336),
        CommuneFact("21605", "Sennecey-lès-Dijon", 2_045, 3.506, 5.1046, 47.29216),
        CommuneFact("21617", "Talant", 11_894, 4.891, 4.99752, 47.33912),
    ]
}
