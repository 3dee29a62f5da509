using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace Gdpr.Architecture.Tests.Support;

/// <summary>The types that a compiled type uses: in its signatures, its attributes and the code of its methods, lambdas included.</summary>
internal static class TypeUses
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    /// <summary>Every use, with the member that it is in; a type is answered as its definition, never as an array or instantiation.</summary>
    public static IEnumerable<(string Where, Type Used)> Of(Type type)
    {
        Type?[] own = [type.BaseType, .. type.GetInterfaces(), .. AttributeTypes(type), .. Constraints(type.GetGenericArguments())];
        var members = type.GetMembers(Declared).SelectMany(member => Named($"{type.FullName}.{member.Name}", [.. UsesOf(member), .. AttributeTypes(member)]));
        return Named(type.FullName!, own).Concat(members);
    }

    /// <summary>Every method that the code of a type names, with the member that it is in: calls, and methods taken as delegates.</summary>
    public static IEnumerable<(string Where, MethodBase Called)> CallsOf(Type type) =>
        from method in type.GetMembers(Declared).OfType<MethodBase>()
        let body = method.GetMethodBody()
        where body is not null
        from token in Tokens(body.GetILAsByteArray()!)
        let called = Resolve(method, token) as MethodBase
        where called is not null
        select ($"{type.FullName}.{method.Name}", called);

    private static IEnumerable<(string Where, Type Used)> Named(string where, IEnumerable<Type?> types) =>
        types.OfType<Type>().SelectMany(Parts).Distinct().Select(t => (where, t));

    private static IEnumerable<Type?> UsesOf(MemberInfo member) => member switch
    {
        FieldInfo field => [field.FieldType],
        PropertyInfo property => [property.PropertyType],
        EventInfo @event => [@event.EventHandlerType],
        MethodBase method => [.. SignatureOf(method), .. BodyOf(method)],
        _ => [],
    };

    private static IEnumerable<Type?> SignatureOf(MethodBase method) =>
    [
        (method as MethodInfo)?.ReturnType,
        .. method.GetParameters().SelectMany(p => AttributeTypes(p.GetCustomAttributesData()).Append(p.ParameterType)),
        .. method.IsGenericMethod ? Constraints(method.GetGenericArguments()) : [],
    ];

    private static IEnumerable<Type?> BodyOf(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body)
        {
            return [];
        }

        return
        [
            .. body.LocalVariables.Select(v => v.LocalType),
            .. body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause).Select(c => c.CatchType),
            .. Tokens(body.GetILAsByteArray()!).SelectMany(token => TypesOf(Resolve(method, token))),
        ];
    }

    private static IEnumerable<Type?> TypesOf(MemberInfo member) => member switch
    {
        Type type => [type],
        FieldInfo field => [field.DeclaringType, field.FieldType],
        MethodBase method => [method.DeclaringType, .. SignatureOf(method), .. method.IsGenericMethod ? method.GetGenericArguments() : []],
        _ => [member.DeclaringType],
    };

    private static MemberInfo Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token, method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null)!;

    private static IEnumerable<int> Tokens(byte[] code)
    {
        var at = 0;
        while (at < code.Length)
        {
            // Two-byte instructions begin with 0xFE.
            var value = code[at] == 0xFE ? (short)(0xFE00 | code[at + 1]) : code[at];
            at += value < 0 ? 2 : 1;
            var operand = OpCodesByValue[value].OperandType;
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at));
            }

            at += operand switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(at))),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> Constraints(IEnumerable<Type> arguments) =>
        arguments.Where(a => a.IsGenericParameter).SelectMany(a => a.GetGenericParameterConstraints());

    private static IEnumerable<Type> AttributeTypes(MemberInfo member) => AttributeTypes(member.GetCustomAttributesData());

    private static IEnumerable<Type> AttributeTypes(IEnumerable<CustomAttributeData> attributes) => attributes.SelectMany(a =>
        a.ConstructorArguments.Concat(a.NamedArguments.Select(n => n.TypedValue)).SelectMany(TypesIn).Append(a.AttributeType));

    private static IEnumerable<Type> TypesIn(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        Type type => [argument.ArgumentType, type],
        IEnumerable<CustomAttributeTypedArgument> several => several.SelectMany(TypesIn).Append(argument.ArgumentType),
        _ => [argument.ArgumentType],
    };

    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        if (type.IsGenericParameter)
        {
            return [];
        }

        return type.IsConstructedGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()) : [type];
    }
}
