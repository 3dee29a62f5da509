using System.Linq.Expressions;
using Gdpr.Relational.Mapping;
using Gdpr.Relational.Values;
using Gdpr.Sources;

namespace Gdpr.EntityFrameworkCore.Mapping;

/// <summary>Says where a data set's person, triggers and fields are in the objects of an entity type.</summary>
/// <typeparam name="TEntity">The entity type.</typeparam>
/// <remarks>Members are named by expressions (<c>order => order.Customer.PersonId</c>) or, for shadow properties, by paths (<c>"Customer.PersonId"</c>). What is left
/// out is found by name: trigger <c>contract-ended</c> in <c>ContractEnded</c>, field <c>email</c> in <c>Email</c>.</remarks>
public sealed class RecordMapBuilder<TEntity>
{
    internal RecordMapBuilder(string dataSet)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataSet);
        Statement.DataSet = dataSet;
    }

    internal RecordStatement Statement { get; } = new();

    /// <summary>Names the person's id.</summary>
    /// <param name="member">The member, on the record or on objects that it refers to.</param>
    public RecordMapBuilder<TEntity> Subject(Expression<Func<TEntity, object?>> member) => Subject(MemberPath.Of(member).Path);

    /// <summary>Names the person's id.</summary>
    /// <param name="path">The path of the member, such as <c>Order.Customer.PersonId</c>.</param>
    public RecordMapBuilder<TEntity> Subject(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Statement.Subject = path;
        return this;
    }

    /// <summary>Names a person whose the record is, where it concerns several people.</summary>
    /// <param name="role">The person's role, such as <c>sender</c>.</param>
    /// <param name="member">The member with the person's id.</param>
    /// <param name="fields">The fields that are the person's own; those that nobody names belong to the owners together.</param>
    public RecordMapBuilder<TEntity> Owner(string role, Expression<Func<TEntity, object?>> member, params IReadOnlyList<string> fields) =>
        Party(role, PartyKind.Owner, MemberPath.Of(member).Path, fields);

    /// <summary>Names a person whom the record mentions.</summary>
    /// <param name="role">The person's role, such as <c>agent</c>.</param>
    /// <param name="member">The member with the person's id.</param>
    /// <param name="fields">The fields that are the person's own.</param>
    public RecordMapBuilder<TEntity> Mentions(string role, Expression<Func<TEntity, object?>> member, params IReadOnlyList<string> fields) =>
        Party(role, PartyKind.Mentioned, MemberPath.Of(member).Path, fields);

    /// <summary>Names one of several people whom the record concerns.</summary>
    /// <param name="role">The person's role.</param>
    /// <param name="kind">Whether the record is the person's, or mentions the person.</param>
    /// <param name="path">The path of the member with the person's id: the link, which is emptied when the person's side is erased.</param>
    /// <param name="fields">The fields that are the person's own.</param>
    /// <param name="erased">What stands in a link that may not be NULL when it has been emptied, as text.</param>
    /// <param name="excused">Why the link stays when the person's side is erased, where it cannot or must not be emptied.</param>
    public RecordMapBuilder<TEntity> Party(string role, PartyKind kind, string path, IReadOnlyList<string> fields, string? erased = null, string? excused = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(fields);
        Statement.Parties[role] = new PartyStatement { Kind = kind, Path = path, Fields = [.. fields], Erased = erased, Excused = excused };
        return this;
    }

    /// <summary>Names fields that everybody whom the record concerns may see, whosever they are.</summary>
    /// <param name="fields">The fields.</param>
    public RecordMapBuilder<TEntity> Shared(params IReadOnlyList<string> fields)
    {
        Statement.Shared.AddRange(fields);
        return this;
    }

    /// <summary>Names the value of a trigger.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="member">The member, on the record or on objects that it refers to; of a collection the latest or the earliest:
    /// <c>customer => customer.Invoices.Max(invoice => invoice.Booked)</c>.</param>
    /// <param name="zone">The zone that the clock showed where a stored time states no offset, as an IANA id.</param>
    /// <param name="form">How the value is stored, where the model does not tell.</param>
    public RecordMapBuilder<TEntity> Trigger(string trigger, Expression<Func<TEntity, object?>> member, string? zone = null, StorageForm? form = null)
    {
        var (path, aggregate) = MemberPath.Of(member);
        return Trigger(trigger, path, zone, form, aggregate);
    }

    /// <summary>Names the value of a trigger.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="path">The path of the member, such as <c>Invoices.Booked</c>.</param>
    /// <param name="zone">The zone that the clock showed where a stored time states no offset, as an IANA id.</param>
    /// <param name="form">How the value is stored, where the model does not tell.</param>
    /// <param name="aggregate">Which value counts where the path goes over a collection.</param>
    public RecordMapBuilder<TEntity> Trigger(string trigger, string path, string? zone = null, StorageForm? form = null, TriggerAggregate? aggregate = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(trigger);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        Statement.Triggers[trigger] = new TriggerStatement { Path = path, Zone = zone, Form = form, Aggregate = aggregate };
        return this;
    }

    /// <summary>Computes the value of a trigger by an expression of SQL over the record's own row, which it names <c>r</c>.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="expression">The expression, as <see cref="TriggerMapping.Expression"/> says; from the host, never from somebody's input.</param>
    /// <param name="form">The form of its value.</param>
    /// <param name="zone">The zone of local times that state no offset, as an IANA id.</param>
    public RecordMapBuilder<TEntity> TriggerExpression(string trigger, string expression, StorageForm form, string? zone = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(trigger);
        ArgumentException.ThrowIfNullOrWhiteSpace(expression);
        Statement.Triggers[trigger] = new TriggerStatement { Expression = expression, Zone = zone, Form = form };
        return this;
    }

    /// <summary>Says why a trigger is not stored here: its value is then unknown.</summary>
    /// <param name="trigger">The trigger's id.</param>
    /// <param name="because">The reason.</param>
    public RecordMapBuilder<TEntity> ExcuseTrigger(string trigger, string because)
    {
        Statement.Triggers[trigger] = new TriggerStatement { Excused = because };
        return this;
    }

    /// <summary>Names the members that hold a field.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="members">The members, of the record or of what it owns.</param>
    public RecordMapBuilder<TEntity> Field(string field, params IReadOnlyList<Expression<Func<TEntity, object?>>> members) =>
        Field(field, [.. members.Select(member => MemberPath.Of(member).Path)], null);

    /// <summary>Names the members that hold a field, and what stands in them when their content has been erased.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="paths">The paths of the members, such as <c>Address.Street</c>.</param>
    /// <param name="erased">What stands in a column that may not be NULL when its content has been erased, as text.</param>
    /// <param name="area">By path, how many leading characters stay where the field is anonymised to its area.</param>
    /// <param name="form">The form of a stored date, where the field is anonymised to its year and the model does not tell.</param>
    public RecordMapBuilder<TEntity> Field(
        string field, IReadOnlyList<string> paths, string? erased, IReadOnlyDictionary<string, int>? area = null, StorageForm? form = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(field);
        ArgumentNullException.ThrowIfNull(paths);
        Statement.Fields[field] = new FieldStatement
        {
            Paths = [.. paths],
            Erased = erased,
            Area = area?.ToDictionary(pair => pair.Key, pair => pair.Value) ?? [],
            Form = form,
        };
        return this;
    }

    /// <summary>Says why a field is not stored here.</summary>
    /// <param name="field">The field's id.</param>
    /// <param name="because">The reason.</param>
    public RecordMapBuilder<TEntity> Excuse(string field, string because)
    {
        Statement.Fields[field] = new FieldStatement { Excused = because };
        return this;
    }

    /// <summary>Says what becomes of the rows of a table that refers to the records, where the model's own behaviour on deletion is not to be followed.</summary>
    /// <param name="table">The table.</param>
    /// <param name="action">What becomes of its rows when a record is erased.</param>
    /// <param name="columns">The columns that refer, such as <c>AuthorId</c>: to be named where the table refers to the records more than once, and its rows go with one of them
    /// alone. Without any it is said of every reference from the table, and refused where the model says something else of one of several.</param>
    public RecordMapBuilder<TEntity> Child(string table, ChildAction action, params IReadOnlyList<string> columns)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(table);
        ArgumentNullException.ThrowIfNull(columns);
        Statement.Children.RemoveAll(said => string.Equals(said.Table, table, StringComparison.Ordinal) && said.Columns.SequenceEqual(columns, StringComparer.Ordinal));
        Statement.Children.Add(new ChildStatement { Table = table, Columns = [.. columns], Action = action });
        return this;
    }
}
