namespace Gdpr.Retention.Columns;

/// <summary>What judging records side by side looks up, whatever the machine: tables of 64, an entry per data set, or per class and facts.</summary>
internal abstract class LanePlan
{
    /// <summary>How many entries a table has.</summary>
    public const int Entries = 64;

    /// <summary>The most columns.</summary>
    public const int MostColumns = 4;

    /// <summary>How many keys of facts there are where consent is the same for all records.</summary>
    public const int FactKeys = RecordFacts.Keys / 2;

    /// <summary>How many classes a table of fates has.</summary>
    public const int ClassesPerTable = Entries / FactKeys;

    private protected LanePlan(int[] columns, int dataSets)
    {
        Columns = columns;
        DataSets = dataSets;
    }

    /// <summary>The triggers whose columns are looked at.</summary>
    public int[] Columns { get; }

    public int DataSets { get; }

    /// <summary>Whether some comparison asks whether an event has happened at all.</summary>
    public abstract bool HasHappened { get; }

    /// <summary>Whether some data set does not look at some column.</summary>
    public abstract bool HasUnused { get; }

    /// <summary>The tables of words, which precede the others: of each the high bytes, then the low ones.</summary>
    public virtual IEnumerable<byte[]> WordTables => [];

    /// <summary>The tables of bytes, one after the other.</summary>
    public abstract IEnumerable<byte[]> Tables { get; }

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
        foreach (var dataSet in dataSets)
        {
            columns.UnionWith(dataSet.Comparisons.Select(comparison => comparison.Trigger));
        }

        if (dataSets.Length > Entries || columns.Count is 0 or > MostColumns)
        {
            return null;
        }

        var classes = new FateClasses(evaluator, assumeConsent);
        var classOf = new int[dataSets.Length][];
        for (var i = 0; i < dataSets.Length; i++)
        {
            classOf[i] = classes.Of<T, TForm>(dataSets[i]);
        }

        return KindPlan.Of<T, TForm>([.. columns], dataSets, classes, classOf, origin)
            ?? (LanePlan?)AnswerPlan.Of<T, TForm>([.. columns], dataSets, classes, classOf, origin);
    }

    /// <summary>The fates by class and facts.</summary>
    /// <param name="fatesOf">The fates of a class; <see langword="null"/> for one that no record has.</param>
    /// <param name="count">How many classes there are.</param>
    private protected static byte[] FateTables(Func<int, Fate[]?> fatesOf, int count)
    {
        var tables = new byte[(count + ClassesPerTable - 1) / ClassesPerTable * Entries];
        for (var i = 0; i < count * FactKeys; i++)
        {
            tables[i] = (byte)(fatesOf(i / FactKeys)?[i % FactKeys] ?? DataSetSchedule.NotKnown);
        }

        return tables;
    }
}
