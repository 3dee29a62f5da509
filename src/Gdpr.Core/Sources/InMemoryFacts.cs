using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>The facts beside one data set's records, for who holds the source's lock.</summary>
internal sealed class InMemoryFacts
{
    private readonly Dictionary<string, FactChange> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<FactChange>> _blocksBySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<FactChange>> _marksBySubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<FactChange>> _byRecord = new(StringComparer.Ordinal);
    private readonly List<FactChange> _everywhere = [];

    /// <summary>Puts a fact in place of the one with the same id, or takes it away.</summary>
    public void Change(FactChange change)
    {
        if (_byId.Remove(change.Id, out var before))
        {
            foreach (var list in ListsOf(before))
            {
                list.Remove(before);
            }
        }

        if (change.Fact is null)
        {
            return;
        }

        _byId.Add(change.Id, change);
        foreach (var list in ListsOf(change))
        {
            list.Add(change);
        }
    }

    /// <summary>Takes away everything but what forbids destruction.</summary>
    public void StartAnew()
    {
        foreach (var change in _byId.Values.Where(change => !change.Fact!.ForbidsDestruction).ToArray())
        {
            Change(change with { Fact = null });
        }
    }

    /// <summary>Forgets what was known of one record that is gone.</summary>
    public void Forget(string nativeKey) => _byRecord.Remove(nativeKey);

    /// <summary>What is known of a record itself, and of all records.</summary>
    public RecordFacts Of(DataSetSchedule dataSet, string nativeKey)
    {
        var facts = With(default, dataSet, _everywhere);
        return _byRecord.TryGetValue(nativeKey, out var ofRecord) ? With(facts, dataSet, ofRecord) : facts;
    }

    /// <summary>Some facts, and with them what is known of a person: what forbids destruction whatever the case of the id, the rest by the very id.</summary>
    public RecordFacts With(RecordFacts facts, DataSetSchedule dataSet, string? subject)
    {
        if (subject is null)
        {
            return facts;
        }

        var known = _marksBySubject.TryGetValue(subject, out var marks) ? With(facts, dataSet, marks) : facts;
        return _blocksBySubject.TryGetValue(AnyCase(subject), out var blocks) ? With(known, dataSet, blocks) : known;
    }

    private static RecordFacts With(RecordFacts facts, DataSetSchedule dataSet, List<FactChange> changes)
    {
        foreach (var change in changes)
        {
            facts = change.Fact!.AddTo(facts, dataSet);
        }

        return facts;
    }

    private IEnumerable<List<FactChange>> ListsOf(FactChange change) => change.Target switch
    {
        FactTarget.Everything => [_everywhere],
        FactTarget.Subjects subjects when change.Fact!.ForbidsDestruction =>
            subjects.NativeIds.Select(AnyCase).Distinct(StringComparer.Ordinal).Select(id => ListOf(_blocksBySubject, id)),
        FactTarget.Subjects subjects => subjects.NativeIds.Select(id => ListOf(_marksBySubject, id)),
        FactTarget.Records records => records.NativeKeys.Select(key => ListOf(_byRecord, key)),
        _ => throw new InvalidOperationException("A target has three cases."),
    };

    /// <summary>An id with its ASCII letters in one case, as SQL sources compare it.</summary>
    private static string AnyCase(string id) => string.Create(id.Length, id, static (lower, text) =>
    {
        for (var i = 0; i < lower.Length; i++)
        {
            lower[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
        }
    });

    private static List<FactChange> ListOf(Dictionary<string, List<FactChange>> lists, string key) =>
        lists.TryGetValue(key, out var list) ? list : lists[key] = [];
}
