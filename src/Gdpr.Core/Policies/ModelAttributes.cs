namespace Gdpr.Policies;

/// <summary>Says that the objects of a class are the records of a data set of the policy.</summary>
/// <param name="path">The data set's path, such as <c>crm.customers</c>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct, Inherited = true)]
public sealed class DataSetAttribute(string path) : Attribute
{
    /// <summary>The data set's path.</summary>
    public string Path { get; } = path;
}

/// <summary>Says what category of personal data a property holds.</summary>
/// <param name="category">The category's id in the policy, such as <c>contact.email</c>.</param>
/// <remarks>The property belongs to the field of its name (<c>PhoneNumber</c> is <c>phone-number</c>), or else to the only field of that category in the data
/// set.</remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class DataCategoryAttribute(string category) : Attribute
{
    /// <summary>The category's id in the policy.</summary>
    public string Category { get; } = category;

    /// <summary>The field's id in the policy, where neither name nor category tells it.</summary>
    public string? Field { get; init; }

    /// <summary>What stands in a column that may not be NULL when its content has been erased, as text.</summary>
    public string? Erased { get; init; }
}

/// <summary>Says whose a record is.</summary>
/// <remarks>On a property: its value is the person's id. On a reference to another object: the record is that object's person's. On a class: the person's id is at
/// the end of a path.</remarks>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Class)]
public sealed class DataSubjectIdAttribute : Attribute
{
    /// <summary>On a class, the way to the id over references, such as <c>Order.Customer.PersonId</c>.</summary>
    public string? Path { get; init; }
}

/// <summary>Says that a property holds when an event happened from which retention periods run.</summary>
/// <param name="trigger">The trigger's id in the policy, such as <c>contract-ended</c>.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
public sealed class RetentionTriggerAttribute(string trigger) : Attribute
{
    /// <summary>The trigger's id in the policy.</summary>
    public string Trigger { get; } = trigger;

    /// <summary>The zone that the clock showed where a stored time states no offset, as an IANA id such as <c>Europe/Stockholm</c>.</summary>
    public string? Zone { get; init; }

    /// <summary>How the value is stored, where the model does not tell, such as <c>unix-seconds</c>; the words are those of a SQL mapping.</summary>
    public string? Form { get; init; }
}

/// <summary>Says that a class or a property holds no personal data, and why. Coverage lists the reason instead of a finding.</summary>
/// <param name="because">The reason.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Property | AttributeTargets.Field)]
public sealed class NotPersonalDataAttribute(string because) : Attribute
{
    /// <summary>The reason.</summary>
    public string Because { get; } = because;
}
