namespace Gdpr.Retention.Columns;

/// <summary>What judging records side by side looks up, whatever the machine.</summary>
/// <remarks>
/// Of each record up to four comparisons are made, each with the column and the bound of its data set. Their answers decide a class: records of one class
/// have the same fate under the same facts, whatever their data set. The classes are few, because the law is.
/// </remarks>
internal sealed class LanePlan
{
    private const int FactKeys = RecordFacts.Keys / 2;
    private const int MostClasses = 32;
    private const int HalfOfAnswers = 8;
    private const int ChoiceBits = 2;

    private LanePlan(int[] columns, int slots, int dataSets)
    {
        Columns = columns;
        Slots = slots;
        DataSets = dataSets;
        Choice = new byte[LaneTables.Entries];
        Bounds = new byte[2 * slots * LaneTables.Entries];
        Classes = [];
        FateRows = [];
    }

    public int[] Columns { get; }

    public int Slots { get; }

    public int DataSets { get; }

    public int Planes { get; private set; }

    public bool HasHappened { get; private set; }

    public byte[] Choice { get; }

    public byte[] Bounds { get; }

    public byte[] Classes { get; private set; }

    public byte[] FateRows { get; private set; }

    /// <summary>The plan for some data sets; <see langword="null"/> where they are too many, or have too many comparisons, columns or classes, or bounds too
    /// far apart.</summary>
    /// <param name="evaluator">Judges the first record of each kind.</param>
    /// <param name="dataSets">The data sets.</param>
    /// <param name="assumeConsent">Whether consent is given for all purposes.</param>
    /// <param name="origin">From where bounds are counted.</param>
    public static LanePlan? Of<T, TForm>(RetentionEvaluator evaluator, ReadOnlySpan<DataSetBounds> dataSets, bool assumeConsent, int origin)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var columns = new SortedSet<int>();
        var slots = 1;
        foreach (var dataSet in dataSets)
        {
            slots = Math.Max(slots, dataSet.Comparisons.Length);
            columns.UnionWith(dataSet.Comparisons.Select(comparison => comparison.Trigger));
        }

        if (dataSets.Length > LaneTables.MostDataSets || slots > FourBounds.Count || columns.Count is 0 or > LaneTables.MostColumns)
        {
            return null;
        }

        var plan = new LanePlan([.. columns], slots, dataSets.Length);
        var classes = new FateClasses(evaluator, assumeConsent);
        var classOf = new int[LaneTables.Entries << FourBounds.Count];
        for (var i = 0; i < dataSets.Length; i++)
        {
            if (!plan.TryPlace<T, TForm>(dataSets[i], i, origin))
            {
                return null;
            }

            classes.Fill<T, TForm>(dataSets[i], classOf.AsSpan(i << FourBounds.Count, 1 << FourBounds.Count));
        }

        return classes.Count <= MostClasses ? plan.With(classes, classOf) : null;
    }

    /// <summary>Puts the comparisons of a data set last among the slots; those before find nothing before their bound.</summary>
    private bool TryPlace<T, TForm>(in DataSetBounds dataSet, int index, int origin)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var comparisons = dataSet.Comparisons;
        for (var slot = 0; slot < Slots; slot++)
        {
            var place = slot - Slots + comparisons.Length;
            var column = comparisons.Length == 0 ? 0 : Array.IndexOf(Columns, comparisons[Math.Max(place, 0)].Trigger);
            var bound = place < 0 ? long.MinValue : dataSet.From[place];
            if (TForm.WordOf(bound, origin) is not { } word)
            {
                return false;
            }

            HasHappened |= bound == long.MaxValue;
            Choice[index] |= (byte)(column << (8 - (ChoiceBits * (slot + 1))));
            Bounds[(2 * slot * LaneTables.Entries) + index] = (byte)(word >> 8);
            Bounds[(((2 * slot) + 1) * LaneTables.Entries) + index] = (byte)(word ^ 0x80);
        }

        return true;
    }

    private LanePlan With(FateClasses classes, int[] classOf)
    {
        while (classes.Count > 1 << Planes)
        {
            Planes++;
        }

        Classes = new byte[2 * Planes * LaneTables.Entries];
        for (var i = 0; i < classOf.Length; i++)
        {
            var (dataSet, answers) = (i >> FourBounds.Count, i & ((1 << FourBounds.Count) - 1));
            for (var plane = 0; plane < Planes; plane++)
            {
                var row = (2 * plane) + (answers / HalfOfAnswers);
                Classes[(row * LaneTables.Entries) + dataSet] |= (byte)((~classOf[i] >> plane & 1) << (answers % HalfOfAnswers));
            }
        }

        FateRows = new byte[(classes.Count + LaneTables.ClassesPerRow - 1) / LaneTables.ClassesPerRow * LaneTables.Entries];
        for (var i = 0; i < classes.Count * FactKeys; i++)
        {
            FateRows[i] = (byte)classes[i / FactKeys][i % FactKeys];
        }

        return this;
    }
}
