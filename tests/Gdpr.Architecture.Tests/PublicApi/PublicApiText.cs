using System.Globalization;
using System.Text;
using Gdpr.Architecture.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gdpr.Architecture.Tests.PublicApi;

/// <summary>Writes what users of an assembly see as text: one line per member, in an order that does not depend on the sources.</summary>
internal static class PublicApiText
{
    private const SymbolDisplayMiscellaneousOptions Names =
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.UseSpecialTypes
        | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers | SymbolDisplayMiscellaneousOptions.AllowDefaultLiteral;

    private static readonly SymbolDisplayFormat TypeName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: Names);

    private static readonly SymbolDisplayFormat TypeNameAndConstraints =
        TypeName.WithGenericsOptions(TypeName.GenericsOptions | SymbolDisplayGenericsOptions.IncludeTypeConstraints);

    private static readonly SymbolDisplayFormat Member = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters
            | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeRef,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        extensionMethodStyle: SymbolDisplayExtensionMethodStyle.StaticMethod,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: Names);

    // What the compiler leaves in metadata for itself, or says in the declaration already.
    private static readonly string[] Silent =
    [
        "AsyncIteratorStateMachine", "AsyncStateMachine", "CompilerFeatureRequired", "CompilerGenerated", "DebuggerBrowsable", "DebuggerDisplay",
        "DebuggerStepThrough", "DebuggerTypeProxy", "DecimalConstant", "DefaultMember", "Dynamic", "ExcludeFromCodeCoverage", "Extension", "GeneratedCode", "In",
        "IsByRefLike", "IsReadOnly", "IsUnmanaged", "IteratorStateMachine", "Nullable", "NullableContext", "NullablePublicOnly", "Optional", "Out", "ParamArray",
        "ParamCollection", "PreserveBaseOverrides", "RequiredMember", "RequiresLocation", "ScopedRef", "SkipLocalsInit", "SuppressMessage", "TupleElementNames",
        "UnconditionalSuppressMessage",
    ];

    /// <summary>The public surface of an assembly, namespaces and types in order of their names.</summary>
    public static string Of(IAssemblySymbol assembly)
    {
        var text = new StringBuilder();
        var namespaces = Library.PublicTypes(assembly).Where(t => !Library.IsGenerated(t)).GroupBy(t => t.ContainingNamespace.ToDisplayString());
        foreach (var types in namespaces.OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(types.Key).Append('\n');
            foreach (var type in types)
            {
                Append(text, type);
            }

            text.Append('\n');
        }

        return text.Length == 0 ? "// Offers no types to compile against.\n" : text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder text, INamedTypeSymbol type)
    {
        text.Append('\n').Append(Attributes(type)).Append(Declaration(type)).Append('\n');
        var members = type.TypeKind == TypeKind.Delegate ? [] : Library.PublicMembers(type).Where(m => !IsSilent(m));
        foreach (var line in members.OrderBy(KindOrder).ThenBy(EnumValue).ThenBy(m => m.Name, StringComparer.Ordinal).ThenBy(Line, StringComparer.Ordinal).Select(Line))
        {
            text.Append("    ").Append(line).Append('\n');
        }
    }

    private static string Declaration(INamedTypeSymbol type)
    {
        var kind = $"{(type.DeclaredAccessibility == Accessibility.Public ? "public" : "protected")} {Kind(type)}";
        var name = type.ToDisplayString(TypeName);
        if (type.DelegateInvokeMethod is { } invoke)
        {
            var parameters = string.Join(", ", invoke.Parameters.Select(p => p.ToDisplayString(Member)));
            return $"{kind} {invoke.ReturnType.ToDisplayString(TypeName)} {name}({parameters}){Constraints(type)}";
        }

        var bases = string.Join(", ", Bases(type));
        return $"{kind} {name}{(bases.Length > 0 ? " : " : string.Empty)}{bases}{Constraints(type)}";
    }

    private static string Kind(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "interface",
        { TypeKind: TypeKind.Enum } => "enum",
        { TypeKind: TypeKind.Delegate } => "delegate",
        { TypeKind: TypeKind.Struct } =>
            (type.IsReadOnly ? "readonly " : string.Empty) + (type.IsRefLikeType ? "ref " : string.Empty) + (IsRecordStruct(type) ? "record struct" : "struct"),
        _ => (type.IsStatic ? "static " : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : string.Empty) + (type.IsRecord ? "record" : "class"),
    };

    private static IEnumerable<string> Bases(INamedTypeSymbol type)
    {
        if (type.TypeKind == TypeKind.Enum)
        {
            return type.EnumUnderlyingType!.SpecialType == SpecialType.System_Int32 ? [] : [type.EnumUnderlyingType.ToDisplayString(TypeName)];
        }

        var inherited = type.BaseType?.AllInterfaces ?? [];
        var interfaces = type.AllInterfaces.Except(inherited, SymbolEqualityComparer.Default).Select(i => i!.ToDisplayString(TypeName)).Order(StringComparer.Ordinal);
        return type.BaseType is { SpecialType: SpecialType.None } @base ? interfaces.Prepend(@base.ToDisplayString(TypeName)) : interfaces;
    }

    private static string Constraints(INamedTypeSymbol type)
    {
        // The declaration with its constraints is the declaration without them, then " where ...".
        var full = type.ToDisplayString(TypeNameAndConstraints);
        return full[type.ToDisplayString(TypeName).Length..];
    }

    private static string Line(ISymbol member) => member switch
    {
        IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } field => $"{Attributes(field, " ")}{field.Name} = {field.ConstantValue}",
        IMethodSymbol method => Attributes(method, " ") + method.ToDisplayString(Member) + FlowAttributes(method),
        _ => Attributes(member, " ") + member.ToDisplayString(Member),
    };

    // [NotNullWhen(false)] and the like say what a caller may rely on: part of the signature, though not of its text.
    private static string FlowAttributes(IMethodSymbol method)
    {
        var notes = method.Parameters.Select(p => (p.Name, Text: Attributes(p, " ").Trim()))
            .Append((Name: "return", Text: Join(method.GetReturnTypeAttributes(), " ").Trim()))
            .Where(n => n.Text.Length > 0).Select(n => $"{n.Name}: {n.Text}").ToList();
        return notes.Count > 0 ? $" // {string.Join(", ", notes)}" : string.Empty;
    }

    private static string Attributes(ISymbol symbol, string separator = "\n") => Join(symbol.GetAttributes(), separator);

    private static string Join(IEnumerable<AttributeData> attributes, string separator) => string.Concat(attributes
        .Where(a => a.AttributeClass is { DeclaredAccessibility: Accessibility.Public } && !Silent.Contains(Short(a), StringComparer.Ordinal))
        .Select(a => $"[{Short(a)}{Arguments(a)}]{separator}").Order(StringComparer.Ordinal));

    private static string Short(AttributeData attribute) =>
        attribute.AttributeClass!.Name is var name && name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name;

    private static string Arguments(AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments.Select(a => a.ToCSharpString())
            .Concat(attribute.NamedArguments.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key} = {a.Value.ToCSharpString()}")).ToList();
        return arguments.Count > 0 ? $"({string.Join(", ", arguments)})" : string.Empty;
    }

    private static bool IsSilent(ISymbol member) =>
        member is IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.IsEmpty: true, ContainingType.TypeKind: TypeKind.Struct }
            or IMethodSymbol { MethodKind: MethodKind.StaticConstructor or MethodKind.Destructor };

    private static bool IsRecordStruct(INamedTypeSymbol type) => type.GetMembers("op_Equality").Any(Library.IsGenerated);

    private static decimal EnumValue(ISymbol member) =>
        member is IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } field ? Convert.ToDecimal(field.ConstantValue, CultureInfo.InvariantCulture) : 0;

    private static int KindOrder(ISymbol member) => member switch
    {
        IFieldSymbol => 0,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => 1,
        IPropertySymbol => 2,
        IEventSymbol => 3,
        IMethodSymbol { MethodKind: MethodKind.Ordinary } => 4,
        _ => 5,
    };
}
