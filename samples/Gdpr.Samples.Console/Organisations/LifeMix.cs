using Bogus;
using Gdpr.Samples.Generation;

namespace Gdpr.Samples.Organisations;

/// <summary>How the people of an organisation divide, in parts of a hundred; the rest of the customers are active.</summary>
/// <param name="Left">Customers who left.</param>
/// <param name="Dormant">Customers not heard of for years.</param>
/// <param name="Paying">Customers not heard of for years who are invoiced all the same.</param>
/// <param name="Forgotten">Customers whose last contact nobody wrote down.</param>
internal sealed record LifeMix(int Left, int Dormant, int Paying, int Forgotten)
{
    /// <summary>What became of a person of some kind.</summary>
    public LifeKind Draw(string kind, Randomizer random)
    {
        if (kind == "prospect")
        {
            return LifeKind.Prospect;
        }

        var share = random.Int(0, 99);
        if (kind is "employee" or "visitor")
        {
            return share < 30 ? LifeKind.Left : LifeKind.Active;
        }

        return share < Left ? LifeKind.Left
            : share < Left + Dormant ? LifeKind.Dormant
            : share < Left + Dormant + Paying ? LifeKind.Paying
            : share < Left + Dormant + Paying + Forgotten ? LifeKind.Forgotten
            : LifeKind.Active;
    }
}
