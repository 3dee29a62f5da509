namespace Gdpr.Policies;

/// <summary>Marks a member that every policy states: validation reports its absence, and the JSON schema requires it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RequiredInPolicyAttribute : Attribute;

/// <summary>Marks a type that JSON may write as a bare string, standing for an object with only the named member.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShorthandAttribute(string member) : Attribute
{
    /// <summary>The JSON name of the member that the string stands for.</summary>
    public string Member { get; } = member;
}

/// <summary>Marks a member that holds one or more ids declared in another section of the policy.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RefersToAttribute(PolicySection section) : Attribute
{
    /// <summary>The section that declares the ids.</summary>
    public PolicySection Section { get; } = section;
}

/// <summary>The sections of a policy that other members refer to by id.</summary>
internal enum PolicySection
{
    Controllers,
    SubjectCategories,
    Categories,
    Purposes,
    Origins,
    Systems,

    /// <summary>A data set (<c>system.dataSet</c>) or one of its fields (<c>system.dataSet.field</c>).</summary>
    Data,
    Activities,
    Services,
    Recipients,
    Agreements,
    Roles,
    Controls,
    PasswordRules,
    Documents,
    Assessments,

    /// <summary>A trigger of every data set that the surrounding activity covers.</summary>
    Triggers,
}
