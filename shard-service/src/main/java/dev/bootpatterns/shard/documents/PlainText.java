package dev.bootpatterns.shard.documents;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Text that the database can store and give back as it was: without U+0000, which
 * PostgreSQL refuses, and without half surrogate pairs, which UTF-8 has no bytes for.
 */
@Target({ ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = PlainText.Validator.class)
@interface PlainText {

	String message() default "must not contain U+0000 or half a surrogate pair";

	Class<?>[] groups() default {};

	Class<? extends Payload>[] payload() default {};

	/** Looks at each character once. */
	class Validator implements ConstraintValidator<PlainText, CharSequence> {

		@Override
		public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
			return text == null || text.codePoints().noneMatch((c) -> c == 0 || isHalfAPair(c));
		}

		private static boolean isHalfAPair(int codePoint) {
			return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
		}

	}

}
