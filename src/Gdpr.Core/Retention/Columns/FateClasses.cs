namespace Gdpr.Retention.Columns;

/// <summary>Numbers the ways in which facts decide the fate of records: records with the same number have the same fate under the same facts.</summary>
/// <param name="evaluator">Judges the first record of each kind.</param>
/// <param name="assumeConsent">Whether consent is given for all purposes.</param>
internal sealed class FateClasses(RetentionEvaluator evaluator, bool assumeConsent)
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<Fate[]> _fates = [];

    public int Count => _fates.Count;

    /// <summary>The fates of a class by the key of the facts; <see cref="DataSetSchedule.NotKnown"/> where rules have to be asked.</summary>
    public Fate[] this[int number] => _fates[number];

    /// <summary>The class of each combination of answers that a record of a data set can give; -1 for those that none gives.</summary>
    /// <param name="dataSet">The data set.</param>
    /// <returns>By answers, the first comparison's highest.</returns>
    public int[] Of<T, TForm>(in DataSetBounds dataSet)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var schedule = dataSet.DataSet;
        var fates = new Fate[LanePlan.FactKeys];
        var classOf = new int[1 << schedule.Comparisons.Length];
        classOf.AsSpan().Fill(-1);
        if (schedule.Comparisons.Length == 0)
        {
            fates.AsSpan().Fill(DataSetSchedule.NotKnown);
            classOf = new int[1 << FourBounds.Count];
            classOf.AsSpan().Fill(NumberOf(fates));
            return classOf;
        }

        var values = new long[schedule.Triggers.Count];
        values.AsSpan().Fill(RetentionColumns.NotHappened);
        var record = new TriggerValue[values.Length];
        int[] triggers = [.. schedule.Comparisons.Select(comparison => comparison.Trigger).Distinct()];
        long[][] kinds = [.. KindsOf(dataSet, triggers)];
        for (var combination = 0; combination < kinds.Aggregate(1, (count, kind) => count * kind.Length); combination++)
        {
            var rest = combination;
            for (var i = 0; i < triggers.Length; i++)
            {
                values[triggers[i]] = kinds[i][rest % kinds[i].Length];
                rest /= kinds[i].Length;
            }

            for (var trigger = 0; trigger < values.Length; trigger++)
            {
                record[trigger] = TForm.TriggerOf(values[trigger]);
            }

            var answers = AnswersOf(dataSet, values, out var isDecided);
            for (var flags = 0; flags < LanePlan.FactKeys; flags++)
            {
                fates[flags] = isDecided ? FateOf(dataSet, answers, record, (RecordFlags)flags) : DataSetSchedule.NotKnown;
            }

            classOf[answers] = NumberOf(fates);
        }

        return classOf;
    }

    /// <summary>Per trigger, a value of each kind that its comparisons tell apart: just before each bound, and after the last.</summary>
    private static IEnumerable<long[]> KindsOf(DataSetBounds dataSet, int[] triggers)
    {
        foreach (var trigger in triggers)
        {
            var bounds = dataSet.From.Where((_, i) => dataSet.Comparisons[i].Trigger == trigger && dataSet.From[i] != long.MinValue).Distinct().Order();
            yield return [.. bounds.Select(bound => bound - 1), RetentionColumns.NotHappened];
        }
    }

    private static int AnswersOf(in DataSetBounds dataSet, long[] values, out bool isDecided)
    {
        var answers = 0;
        isDecided = true;
        for (var i = 0; i < dataSet.From.Length; i++)
        {
            var isBefore = values[dataSet.Comparisons[i].Trigger] < dataSet.From[i];
            answers = (answers * 2) + (isBefore ? 1 : 0);
            isDecided &= !isBefore || dataSet.Comparisons[i].Kind != BoundKind.KnownYears;
        }

        return answers;
    }

    private Fate FateOf(in DataSetBounds dataSet, int answers, TriggerValue[] record, RecordFlags flags)
    {
        var known = dataSet.Fates[(RecordFacts.KeyOf(flags, assumeConsent) << dataSet.Bits) | answers];
        if (known != DataSetSchedule.NotKnown)
        {
            return known;
        }

        var facts = default(RecordFacts).With(flags);
        facts = assumeConsent ? facts.AssumingConsent() : facts;
        return evaluator.FateOf(new RetentionRecord(dataSet.DataSet, record, facts));
    }

    private int NumberOf(Fate[] fates)
    {
        var name = string.Create(fates.Length, fates, static (name, fates) =>
        {
            for (var i = 0; i < name.Length; i++)
            {
                name[i] = (char)fates[i];
            }
        });
        if (!_numbers.TryGetValue(name, out var number))
        {
            number = _fates.Count;
            _numbers.Add(name, number);
            _fates.Add([.. fates]);
        }

        return number;
    }
}
