namespace Gdpr.Retention;

/// <summary>Every fate that a record of a data set can have while nothing about it is unknown, looked up instead of derived again.</summary>
/// <remarks>The facts of a record and which of its leaves are alive decide its fate; when they stand. The table is filled by deriving the fate for each combination
/// of them from <see cref="RuleStates"/> and <see cref="FateOrder"/>, the only places that know the law.</remarks>
internal static class FateTable
{
    /// <summary>The most leaves, over all horizons, that a table is made for: with the flags, 8,192 fates.</summary>
    public const int MaximumLeaves = 8;

    /// <summary>All flags that records may carry.</summary>
    public const RecordFlags AllFlags =
        RecordFlags.Hold | RecordFlags.Restricted | RecordFlags.RestrictedForClaims | RecordFlags.RequestOpen | RecordFlags.ErasureGranted;

    /// <summary>The fates of a data set's records, at the index that is the flags shifted left by the number of leaves, and one bit per leaf alive.</summary>
    /// <param name="dataSet">The data set; all its leaves over all horizons are at most <see cref="MaximumLeaves"/>.</param>
    /// <param name="assumeConsent">Whether consent counts as given.</param>
    public static Fate[] Of(DataSetSchedule dataSet, bool assumeConsent)
    {
        var leaves = dataSet.CutoffCount;
        var fates = new Fate[((int)AllFlags + 1) << leaves];
        for (var index = 0; index < fates.Length; index++)
        {
            var facts = default(RecordFacts).With((RecordFlags)(index >> leaves));
            facts = assumeConsent ? facts.AssumingConsent() : facts;
            fates[index] = FateOrder.OfRecord(dataSet, dataSet.Groups, new AliveLeaves(dataSet, index, facts), facts);
        }

        return fates;
    }

    /// <summary>The states of leaves of which each is known to be alive or past.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <param name="alive">One bit per leaf, horizon by horizon. The bits of leaves that ask for consent are not looked at.</param>
    /// <param name="facts">What says of the consents.</param>
    private readonly ref struct AliveLeaves(DataSetSchedule dataSet, int alive, in RecordFacts facts) : ILeafStates, IHorizonStates
    {
        private readonly DataSetSchedule _dataSet = dataSet;
        private readonly int _alive = alive;
        private readonly ref readonly RecordFacts _facts = ref facts;

        public RuleStates At(int horizon) =>
            RuleStates.Of(_dataSet, new AliveLeaves(_dataSet, _alive >> (horizon * _dataSet.LeafCodes.Length), _facts), _facts);

        public LimbState StateOf(int leaf)
        {
            ref readonly var code = ref _dataSet.LeafCodes[leaf];
            if (code.Trigger < 0)
            {
                return RuleStates.Consent(_facts, 1UL << code.Purpose);
            }

            return (_alive >> leaf & 1) != 0 ? LimbState.Alive : LimbState.Past;
        }
    }
}
