using System.Text;
using Gdpr.Journals;
using Gdpr.Retention;
using NodaTime;

namespace Gdpr.Files.Sources;

/// <summary>A data set's mapping, ready to read records by.</summary>
internal sealed class MappedDataSet
{
    private readonly Dictionary<string, Func<FileRecord, Instant, TriggerValue>> _triggers = new(StringComparer.Ordinal);

    private MappedDataSet(FileDataSetMapping mapping, string root)
    {
        DataSet = mapping.DataSet;
        Mapping = Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n',
        [
            "gdpr-files-1", root, mapping.DataSet, mapping.Records.ToString(), mapping.Pattern,
            .. mapping.Triggers.OrderBy(trigger => trigger.Key, StringComparer.Ordinal).Select(trigger => $"{trigger.Key} {trigger.Value}"),
        ])));
        Naming = Digest.Of(Encoding.UTF8.GetBytes(string.Join('\n', ["gdpr-files-1", root, mapping.Records.ToString()])));
    }

    public string DataSet { get; }

    /// <summary>What identifies the mapping.</summary>
    public Digest Mapping { get; }

    /// <summary>What identifies how records are named: by their paths below the folder, whatever the pattern.</summary>
    public Digest Naming { get; }

    /// <summary>Prepares a mapping; what is wrong with it is added to the problems.</summary>
    public static MappedDataSet Create(FileDataSetMapping mapping, string root, List<string> problems)
    {
        var mapped = new MappedDataSet(mapping, root);
        if (NamePattern.ProblemOf(mapping.Pattern) is { } wrongPattern)
        {
            problems.Add(wrongPattern);
        }

        foreach (var (trigger, how) in mapping.Triggers)
        {
            switch (how)
            {
                case FileTrigger.LastWritten:
                    mapped._triggers[trigger] = (record, _) => record.LastWritten() is { } written ? TriggerValue.At(written) : TriggerValue.Unknown;
                    break;
                case FileTrigger.InName inName when NameDate.Create(inName, out var problem) is var date:
                    if (date is null)
                    {
                        problems.Add($"Trigger '{trigger}' of '{mapping.DataSet}': {problem}");
                    }
                    else
                    {
                        mapped._triggers[trigger] = (record, now) => date.Read(record.Key, now);
                    }

                    break;
                default:
                    problems.Add($"Trigger '{trigger}' of '{mapping.DataSet}' is read in no known way: give a date in the name or the time of the last writing.");
                    break;
            }
        }

        return mapped;
    }

    /// <summary>What does not fit between the mapping and the policy, each with its mend.</summary>
    public IEnumerable<string> Problems(RetentionSchedule schedule)
    {
        if (schedule.Find(DataSet) is not { } dataSet)
        {
            return [$"The policy has no data set '{DataSet}': declare it, or take it out of the source."];
        }

        return
        [
            .. dataSet.Triggers.Where(trigger => !_triggers.ContainsKey(trigger))
                .Select(trigger => $"Trigger '{trigger}' of '{DataSet}' is not mapped: say how it is read."),
            .. _triggers.Keys.Except(dataSet.Triggers, StringComparer.Ordinal)
                .Select(trigger => $"'{DataSet}' has no trigger '{trigger}' in the policy: declare it, or take it out of the mapping."),
            .. dataSet.FieldGroups.Where(group => group.DisposalFate == Fate.Anonymise)
                .Select(group => $"Fields {string.Join(", ", group.Fields)} of '{DataSet}' are to be anonymised, and a file can only be erased: "
                    + "erase them, or dispose of the file by hand."),
            .. dataSet.FieldGroups.Count > 1
                ? [$"The fields of '{DataSet}' have different rules or disposals, and a file goes as a whole: give them the same, or keep them in files of their own."]
                : Array.Empty<string>(),
        ];
    }

    /// <summary>The values of a record's triggers.</summary>
    public TriggerValue[] Triggers(DataSetSchedule dataSet, FileRecord record, Instant now) =>
        [.. dataSet.Triggers.Select(trigger => _triggers[trigger](record, now))];
}
