namespace Gdpr.Retention.Columns;

/// <summary>Of each record up to four comparisons are made, each with the column and the bound of its data set. Their answers decide its class: records of
/// one class have the same fate under the same facts, whatever their data set. The classes are few, because the law is.</summary>
internal sealed class AnswerPlan : LanePlan
{
    private const int MostClasses = 32;
    private const int HalfOfAnswers = 8;
    private const int ChoiceBits = 2;

    private readonly byte[] _choice = new byte[Entries];
    private readonly byte[] _bounds;
    private byte[] _classes = [];
    private byte[] _fates = [];
    private bool _hasHappened;

    private AnswerPlan(int[] columns, int slots, int dataSets)
        : base(columns, dataSets)
    {
        Slots = slots;
        _bounds = new byte[2 * slots * Entries];
    }

    /// <summary>How many comparisons each record makes.</summary>
    public int Slots { get; }

    /// <summary>How many bits a class has.</summary>
    public int Planes { get; private set; }

    /// <summary>How many tables the fates take.</summary>
    public int FateTableCount => _fates.Length / Entries;

    public override bool HasHappened => _hasHappened;

    /// <summary>Each comparison names its column: none is looked at in vain.</summary>
    public override bool HasUnused => false;

    /// <summary>The columns of the comparisons, two bits each, the first comparison's highest; of each comparison the bounds' high bytes, then the low ones;
    /// of each bit of the classes those for the answers below 8, then for the others, a bit set where that of the class is not; the fates.</summary>
    public override IEnumerable<byte[]> Tables => [_choice, _bounds, _classes, _fates];

    public static AnswerPlan? Of<T, TForm>(int[] columns, ReadOnlySpan<DataSetBounds> dataSets, FateClasses classes, int[][] classOf, int origin)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var slots = 1;
        foreach (var dataSet in dataSets)
        {
            slots = Math.Max(slots, dataSet.Comparisons.Length);
        }

        if (slots > FourBounds.Count || classes.Count > MostClasses)
        {
            return null;
        }

        var plan = new AnswerPlan(columns, slots, dataSets.Length);
        for (var i = 0; i < dataSets.Length; i++)
        {
            if (!plan.TryPlace<T, TForm>(dataSets[i], i, origin))
            {
                return null;
            }
        }

        plan.Add(classes, classOf);
        return plan;
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

            _hasHappened |= bound == long.MaxValue;
            _choice[index] |= (byte)(column << (8 - (ChoiceBits * (slot + 1))));
            _bounds[(2 * slot * Entries) + index] = (byte)(word >> 8);
            _bounds[(((2 * slot) + 1) * Entries) + index] = (byte)(word ^ 0x80);
        }

        return true;
    }

    private void Add(FateClasses classes, int[][] classOf)
    {
        while (classes.Count > 1 << Planes)
        {
            Planes++;
        }

        _classes = new byte[2 * Planes * Entries];
        for (var dataSet = 0; dataSet < classOf.Length; dataSet++)
        {
            for (var answers = 0; answers < classOf[dataSet].Length; answers++)
            {
                var unset = ~Math.Max(classOf[dataSet][answers], 0);
                for (var plane = 0; plane < Planes; plane++)
                {
                    var table = (2 * plane) + (answers / HalfOfAnswers);
                    _classes[(table * Entries) + dataSet] |= (byte)((unset >> plane & 1) << (answers % HalfOfAnswers));
                }
            }
        }

        _fates = FateTables(number => classes[number], classes.Count);
    }
}
