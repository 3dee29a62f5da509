using Gdpr.Retention;

namespace Gdpr.Sources;

/// <summary>Says how a data set's records in memory are read and disposed of.</summary>
/// <typeparam name="T">The type of a record.</typeparam>
public sealed class InMemoryDataSetBuilder<T>
    where T : class
{
    internal InMemoryDataSetBuilder()
    {
    }

    internal Func<T, string?>? SubjectOf { get; private set; }

    internal Dictionary<string, Func<T, TriggerValue>> Triggers { get; } = new(StringComparer.Ordinal);

    /// <summary>How each field is disposed of; <see langword="null"/> for one that is not stored here.</summary>
    internal Dictionary<string, Func<T, T>?> Fields { get; } = new(StringComparer.Ordinal);

    /// <summary>How each field is read, where it can be given out.</summary>
    internal Dictionary<string, Func<T, object?>> Readers { get; } = new(StringComparer.Ordinal);

    /// <summary>How each field is corrected, where it can be.</summary>
    internal Dictionary<string, Func<T, System.Text.Json.JsonElement, T>> Writers { get; } = new(StringComparer.Ordinal);

    /// <summary>The people whom a record concerns; none declared where there is one, the subject.</summary>
    internal List<(RecordParty Party, Func<T, string?> Subject, Func<T, T> Sever)> DeclaredParties { get; } = [];

    internal List<string> SharedFields { get; } = [];

    internal List<(IInMemoryRecords Records, Func<object, string> Parent)> ChildSets { get; } = [];

    /// <summary>Names the person that a record is about. Without it, and without parties, a fact about people is unknown of every record: a hold on a person keeps
    /// them all.</summary>
    /// <param name="subject">The person's id in the source, as text; <see langword="null"/> where the record names none.</param>
    public InMemoryDataSetBuilder<T> Subject(Func<T, string?> subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        SubjectOf = subject;
        return this;
    }

    /// <summary>Names one of several people whom a record concerns, instead of its one person.</summary>
    /// <param name="role">The person's role, such as <c>sender</c>.</param>
    /// <param name="kind">Whether the record is the person's, or mentions the person.</param>
    /// <param name="subject">The person's id in the source, as text; <see langword="null"/> where the record names none.</param>
    /// <param name="sever">The record without the link to the person, such as <c>message with { Sender = null }</c>.</param>
    /// <param name="fields">The ids of the fields that are the person's own.</param>
    public InMemoryDataSetBuilder<T> Party(string role, PartyKind kind, Func<T, string?> subject, Func<T, T> sever, params IReadOnlyList<string> fields)
    {
        ArgumentNullException.ThrowIfNull(role);
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(sever);
        ArgumentNullException.ThrowIfNull(fields);
        DeclaredParties.Add((new RecordParty(role, kind, fields), subject, sever));
        return this;
    }

    /// <summary>Names fields that everybody whom a record concerns may see, whosever they are.</summary>
    /// <param name="fields">The fields' ids.</param>
    public InMemoryDataSetBuilder<T> Shared(params IReadOnlyList<string> fields)
    {
        SharedFields.AddRange(fields);
        return this;
    }

    /// <summary>Reads a trigger.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="value">Its value in a record. What cannot be read is said to be unknown; an exception fails the batch.</param>
    public InMemoryDataSetBuilder<T> Trigger(string trigger, Func<T, TriggerValue> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        Triggers.Add(trigger, value);
        return this;
    }

    /// <summary>Disposes of a field as the policy demands.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="dispose">The record with the field disposed of, such as <c>person with { Name = null }</c>. Doing it twice is the same as once:
    /// a record that comes back equal counts as disposed of.</param>
    /// <param name="read">The field's content, for who may have a copy of it (<see cref="StoredValue.Content"/>); without it the data set gives no copies.</param>
    public InMemoryDataSetBuilder<T> Field(string field, Func<T, T> dispose, Func<T, object?>? read = null)
    {
        ArgumentNullException.ThrowIfNull(dispose);
        Fields.Add(field, dispose);
        if (read is not null)
        {
            Readers.Add(field, read);
        }

        return this;
    }

    /// <summary>Says how a field is corrected (Art. 16).</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="write">The record with the value, such as <c>person with { Name = value.GetString() }</c>. An <see cref="ArgumentException"/> where it cannot hold it.</param>
    public InMemoryDataSetBuilder<T> Rectify(string field, Func<T, System.Text.Json.JsonElement, T> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        Writers.Add(field, write);
        return this;
    }

    /// <summary>Says of a field of the policy that this data set does not store it.</summary>
    /// <param name="field">The field's id.</param>
    public InMemoryDataSetBuilder<T> NotStored(string field)
    {
        Fields.Add(field, null);
        return this;
    }

    /// <summary>Names records that belong to those of this data set, and go with them.</summary>
    /// <typeparam name="TChild">The type of the records.</typeparam>
    /// <param name="children">The records.</param>
    /// <param name="parent">The native key of the record that one belongs to.</param>
    public InMemoryDataSetBuilder<T> Children<TChild>(InMemoryRecords<TChild> children, Func<TChild, string> parent)
        where TChild : class
    {
        ArgumentNullException.ThrowIfNull(children);
        ArgumentNullException.ThrowIfNull(parent);
        ChildSets.Add((children, child => parent((TChild)child)));
        return this;
    }
}
