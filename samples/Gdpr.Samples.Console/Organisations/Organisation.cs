namespace Gdpr.Samples.Organisations;

/// <summary>One of the five organisations: where its policy is, what its people are like, and which of its records are worth explaining.</summary>
/// <param name="Id">The policy's id, and the name of its file.</param>
/// <param name="Seed">Where its chance starts.</param>
/// <param name="People">How its people divide.</param>
/// <param name="Shares">How its rows divide over the data sets, where this differs from the usual: 1 for a data set with one record per person, 2
/// for one of events, 3 for a log.</param>
/// <param name="ManyEach">How many records each person has in a data set, where it is more than one.</param>
/// <param name="Highlights">The records worth explaining, the most interesting first. Three are shown.</param>
internal sealed record Organisation(
    string Id, int Seed, LifeMix People, IReadOnlyDictionary<string, double> Shares, IReadOnlyDictionary<string, int> ManyEach,
    IReadOnlyList<Highlight> Highlights)
{
    /// <summary>All five, in the order in which they are shown.</summary>
    public static IReadOnlyList<Organisation> All { get; } =
    [
        Gignos.Organisation, Grafokett.Organisation, Insignis.Organisation, SupplierAnnex.Organisation, EndlessIt.Organisation,
    ];
}
